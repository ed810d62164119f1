//! The arguments: how the call owns each of them and how the body gets it back.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, GenericArgument, Pat, PatType, Path, Type, TypePath, TypeReference};

use crate::borrow::{self, Borrow};
use crate::diagnostics::{self, Errors};
use crate::generics::{self, AsRef, Owned};
use crate::{attribute, output};

/// One argument that can come along.
pub(crate) struct Argument {
    /// The attributes that decide whether the argument exists.
    pub(crate) cfgs: Vec<Attribute>,
    /// The lint levels of its binding in the body.
    pub(crate) lints: Vec<Attribute>,
    /// The name in the signature, in the user's own spelling and hygiene where there is one.
    pub(crate) name: Ident,
    /// What the body binds.
    pub(crate) pattern: TokenStream,
    /// The type in the signature.
    pub(crate) ty: Type,
    pub(crate) passing: Passing,
}

/// How an argument crosses to the body.
pub(crate) enum Passing {
    /// It is owned already. The type with `_` for what cannot be named.
    Stay(Type),
    /// An `impl Trait`, whose bounds say all that is needed.
    Opaque,
    /// `&T`
    Own(Type),
    /// `Option<&T>`
    OwnOption(Type),
    /// `Cow<'_, T>`
    OwnCow(Type),
    /// `impl AsRef<X>`, and whether the body sees a reference to the copy.
    AsRef { target: Type, lent: bool },
}

pub(crate) fn lower(
    argument: &PatType,
    fresh_name: impl FnOnce() -> Ident,
    owned: &[Owned],
    errors: &mut Errors,
) -> Argument {
    let (cfgs, lints) = attribute::split(&argument.attrs);
    let (name, pattern) = match &*argument.pat {
        Pat::Ident(plain) if plain.by_ref.is_none() && plain.subpat.is_none() => {
            let (mutability, name) = (plain.mutability, plain.ident.clone());
            (name.clone(), quote!(#mutability #name))
        }
        pattern => (fresh_name(), pattern.to_token_stream()),
    };
    let passing = passing(&argument.ty, &name, owned, errors);
    let ty = match &passing {
        Passing::AsRef { .. } => (*argument.ty).clone(),
        _ => output::sendable(&argument.ty),
    };
    Argument {
        cfgs,
        lints,
        name,
        pattern,
        ty,
        passing,
    }
}

fn passing(written: &Type, name: &Ident, owned: &[Owned], errors: &mut Errors) -> Passing {
    match borrow::peel(written) {
        Type::Reference(reference) if !borrow::is_static(reference.lifetime.as_ref()) => {
            return reference_passing(reference, name, owned, errors);
        }
        Type::Path(path) => {
            if let Some(passing) = path_passing(path, owned, errors) {
                return passing;
            }
        }
        Type::ImplTrait(opaque) => {
            if let Some(AsRef { target, copy }) = generics::as_ref(opaque.bounds.iter()) {
                return Passing::AsRef { target, lent: copy };
            }
            judge_owned(written, errors);
            return Passing::Opaque;
        }
        _ => {}
    }
    judge_owned(written, errors);
    Passing::Stay(output::without_opaque(written))
}

/// `&T`: owned by the call and lent again, when `T` says by itself how.
fn reference_passing(
    reference: &TypeReference,
    name: &Ident,
    owned: &[Owned],
    errors: &mut Errors,
) -> Passing {
    let inner = &*reference.elem;
    if reference.mutability.is_some() {
        errors.push(diagnostics::mutable_argument(reference, name));
        return Passing::Own(inner.clone());
    }
    if let Some(AsRef { target, .. }) = as_ref_of(inner, owned) {
        return Passing::AsRef { target, lent: true };
    }
    judge_lent(reference, errors);
    Passing::Own(inner.clone())
}

fn as_ref_of(ty: &Type, owned: &[Owned]) -> Option<AsRef> {
    if let Type::ImplTrait(opaque) = borrow::peel(ty) {
        return generics::as_ref(opaque.bounds.iter());
    }
    let parameter = owned
        .iter()
        .find(|parameter| generics::is_parameter(ty, &parameter.name))?;
    Some(parameter.as_ref.clone())
}

/// `Option<&T>`, `Cow<'_, T>` and parameters with `AsRef`; anything else is judged as an owned type.
fn path_passing(path: &TypePath, owned: &[Owned], errors: &mut Errors) -> Option<Passing> {
    if path.qself.is_some() {
        return None;
    }
    if let Some(parameter) = path
        .path
        .get_ident()
        .and_then(|name| owned.iter().find(|owned| owned.name == *name))
    {
        let AsRef { target, copy } = parameter.as_ref.clone();
        return Some(Passing::AsRef { target, lent: copy });
    }
    if let Some(arguments) = borrow::arguments_of(&path.path, "Option") {
        let mut arguments = arguments.args.iter();
        let (Some(GenericArgument::Type(inner)), None) = (arguments.next(), arguments.next())
        else {
            return None;
        };
        let Type::Reference(reference) = borrow::peel(inner) else {
            return None;
        };
        if reference.mutability.is_some() || borrow::is_static(reference.lifetime.as_ref()) {
            return None;
        }
        judge_lent(reference, errors);
        return Some(Passing::OwnOption((*reference.elem).clone()));
    }
    let inner = cow(&path.path)?;
    borrow::find(inner)
        .is_none()
        .then(|| Passing::OwnCow(inner.clone()))
}

/// The `T` of `Cow<'_, T>` and `Cow<T>`, unless it borrows for ever.
fn cow(path: &Path) -> Option<&Type> {
    let mut arguments = borrow::arguments_of(path, "Cow")?.args.iter();
    match (arguments.next()?, arguments.next()) {
        (GenericArgument::Lifetime(lifetime), Some(GenericArgument::Type(inner))) => {
            (!borrow::is_static(Some(lifetime))).then_some(inner)
        }
        (GenericArgument::Type(inner), None) => Some(inner),
        _ => None,
    }
}

/// What stands behind a `&` must be owned itself, and know how to be copied.
fn judge_lent(reference: &TypeReference, errors: &mut Errors) {
    match borrow::peel(&reference.elem) {
        Type::TraitObject(object) => {
            errors.push(diagnostics::borrowed_trait_object(reference, object));
        }
        Type::ImplTrait(opaque) => errors.push(diagnostics::borrowed_impl(reference, opaque)),
        ty => judge_owned(ty, errors),
    }
}

fn judge_owned(ty: &Type, errors: &mut Errors) {
    match borrow::find(ty) {
        Some(Borrow::Reference(reference)) => errors.push(diagnostics::nested_borrow(reference)),
        Some(Borrow::Lifetime(lifetime)) => errors.push(diagnostics::hidden_borrow(lifetime)),
        None => {}
    }
}

/// Refuses a name that an earlier argument binds, unless a `cfg` may choose between them.
pub(crate) fn judge_names(argument: &PatType, seen: &mut HashSet<String>, errors: &mut Errors) {
    if !attribute::split(&argument.attrs).0.is_empty() {
        return;
    }
    for name in repeated(argument, seen) {
        errors.push(diagnostics::repeated_argument(name));
    }
}

/// The names of the argument that were seen before.
pub(crate) fn repeated<'a>(argument: &'a PatType, seen: &mut HashSet<String>) -> Vec<&'a Ident> {
    let mut names = Vec::new();
    bindings(&argument.pat, &mut names);
    names.retain(|name| !seen.insert(name.to_string()));
    names
}

/// The names a pattern binds. A capital letter starts a constant, as far as syntax can tell.
fn bindings<'a>(pattern: &'a Pat, names: &mut Vec<&'a Ident>) {
    match pattern {
        Pat::Ident(binding) => {
            if !binding.ident.to_string().starts_with(char::is_uppercase) {
                names.push(&binding.ident);
            }
            if let Some((_, pattern)) = &binding.subpat {
                bindings(pattern, names);
            }
        }
        Pat::Tuple(tuple) => tuple
            .elems
            .iter()
            .for_each(|pattern| bindings(pattern, names)),
        Pat::TupleStruct(tuple) => tuple
            .elems
            .iter()
            .for_each(|pattern| bindings(pattern, names)),
        Pat::Slice(slice) => slice
            .elems
            .iter()
            .for_each(|pattern| bindings(pattern, names)),
        Pat::Struct(fields) => fields
            .fields
            .iter()
            .for_each(|field| bindings(&field.pat, names)),
        Pat::Reference(reference) => bindings(&reference.pat, names),
        Pat::Paren(paren) => bindings(&paren.pat, names),
        _ => {}
    }
}
