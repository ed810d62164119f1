//! The arguments: how the call owns each of them and how the body gets it back.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, GenericArgument, Pat, PatType, Path, Type, TypePath, TypeReference};

use crate::diagnostics::{self, Errors};
use crate::model::generics::{self, Owned, Owning};
use crate::parse::function::Function;
use crate::tokens::borrow::{self, Borrow};
use crate::tokens::{interior, object};
use crate::{model::output, parse::attribute};

/// One argument that can be sent to another thread.
pub(crate) struct Argument {
    /// The attributes that decide whether the argument exists.
    pub(crate) cfgs: Vec<Attribute>,
    /// The lint levels of its binding in the body.
    pub(crate) lints: Vec<Attribute>,
    /// The name in the signature, in the user's own spelling and hygiene where there is one.
    pub(crate) name: Ident,
    /// The pattern that the body binds.
    pub(crate) pattern: TokenStream,
    /// The type in the signature.
    pub(crate) ty: Type,
    pub(crate) passing: Passing,
}

/// How an argument crosses to the body.
pub(crate) enum Passing {
    /// It is owned. The type has `_` for parts that cannot be named.
    Stay(Type),
    /// An `impl Trait`, whose bounds include all that is needed.
    Opaque,
    /// `&T`
    Own(Type),
    /// `Option<&T>`
    OwnOption(Type),
    /// `Cow<'_, T>`
    OwnCow(Type),
    /// `impl AsRef<X>`, and whether the body sees a reference to the copy.
    AsRef { target: Type, lent: bool },
    /// `impl Into<X>`
    Into(Type),
    /// `impl ToString`
    ToString,
}

impl Argument {
    /// Whether the body needs a binding for a reference to the owned value.
    pub(crate) fn is_lent(&self) -> bool {
        matches!(
            self.passing,
            Passing::Own(_) | Passing::OwnOption(_) | Passing::AsRef { lent: true, .. }
        )
    }
}

pub(crate) fn lower(
    argument: &PatType,
    fresh_name: impl FnOnce() -> Ident,
    repeated: bool,
    owned: &[Owned],
    errors: &mut Errors,
) -> Argument {
    let (cfgs, lints) = attribute::split(&argument.attrs);
    let (name, pattern) = match &*argument.pat {
        Pat::Ident(plain) if !repeated && plain.by_ref.is_none() && plain.subpat.is_none() => {
            let (mutability, name) = (plain.mutability, plain.ident.clone());
            (name.clone(), quote!(#mutability #name))
        }
        pattern => (fresh_name(), pattern.to_token_stream()),
    };
    // Messages show only names that the user has written.
    let shown = plain_name(argument).cloned();
    let shown = shown.unwrap_or_else(|| Ident::new("value", name.span()));
    let passing = passing(&argument.ty, &shown, owned, errors);
    output::check_sized(&argument.ty, errors);
    let ty = match &passing {
        Passing::AsRef { .. } | Passing::Into(_) | Passing::ToString => (*argument.ty).clone(),
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
            if let Some(owning) = generics::owning(opaque.bounds.iter()) {
                return chosen(owning, errors);
            }
            check_owned(written, errors);
            return Passing::Opaque;
        }
        _ => {}
    }
    check_owned(written, errors);
    Passing::Stay(output::without_opaque(written))
}

/// `&T`: owned by the call and lent to the body, if `T` itself shows how to copy it.
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
    if let Some(Owning::AsRef { target, .. }) = owning_of(inner, owned) {
        check_copied(&target, errors);
        return Passing::AsRef { target, lent: true };
    }
    check_lent(reference, errors);
    Passing::Own(output::without_opaque(inner))
}

fn owning_of(ty: &Type, owned: &[Owned]) -> Option<Owning> {
    if let Type::ImplTrait(opaque) = borrow::peel(ty) {
        return generics::owning(opaque.bounds.iter());
    }
    let parameter = owned
        .iter()
        .find(|parameter| generics::is_parameter(ty, &parameter.name))?;
    Some(parameter.owning.clone())
}

/// An argument by value whose type the caller chooses.
fn chosen(owning: Owning, errors: &mut Errors) -> Passing {
    match owning {
        Owning::AsRef { target, copy } => {
            check_copied(&target, errors);
            Passing::AsRef { target, lent: copy }
        }
        Owning::Into(target) => Passing::Into(target),
        Owning::ToString => Passing::ToString,
    }
}

/// `Option<&T>`, `Cow<'_, T>` and parameters that the call owns; anything else is checked like an owned type.
fn path_passing(path: &TypePath, owned: &[Owned], errors: &mut Errors) -> Option<Passing> {
    if path.qself.is_some() {
        return None;
    }
    if let Some(parameter) = path
        .path
        .get_ident()
        .and_then(|name| owned.iter().find(|owned| owned.name == *name))
    {
        return Some(chosen(parameter.owning.clone(), errors));
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
        check_lent(reference, errors);
        return Some(Passing::OwnOption(output::without_opaque(&reference.elem)));
    }
    let inner = cow(&path.path)?;
    if borrow::find(inner).is_some() {
        return None;
    }
    check_copied(inner, errors);
    Some(Passing::OwnCow(output::without_opaque(inner)))
}

/// The `T` of `Cow<'_, T>` and `Cow<T>`, unless it borrows for ever.
fn cow(path: &Path) -> Option<&Type> {
    if !borrow::may_be_of_std(path) {
        return None;
    }
    let mut arguments = borrow::arguments_of(path, "Cow")?.args.iter();
    match (arguments.next()?, arguments.next()) {
        (GenericArgument::Lifetime(lifetime), Some(GenericArgument::Type(inner))) => {
            (!borrow::is_static(Some(lifetime))).then_some(inner)
        }
        (GenericArgument::Type(inner), None) => Some(inner),
        _ => None,
    }
}

/// The type behind a `&` must be owned itself, and must be able to be copied.
fn check_lent(reference: &TypeReference, errors: &mut Errors) {
    match borrow::peel(&reference.elem) {
        Type::TraitObject(object) => {
            errors.push(diagnostics::borrowed_trait_object(reference, object));
        }
        Type::ImplTrait(opaque) => errors.push(diagnostics::borrowed_impl(reference, opaque)),
        ty => {
            check_owned(ty, errors);
            check_copied(ty, errors);
        }
    }
}

/// Refuses a trait object in an argument that is not `Send`, or that would have to be copied.
pub(crate) fn check_objects(ty: &Type, errors: &mut Errors) {
    let Some(lent) = object::lent(ty) else {
        return output::check_object(ty, errors);
    };
    if let Some((boxed, object)) = object::copied(lent) {
        errors.push(diagnostics::copied_object(boxed, object));
    } else if let Some(stuck) = object::find(lent) {
        errors.push(diagnostics::object_not_send(stuck.object, stuck.missing));
    }
}

/// The body gets a copy. A type with interior mutability is refused, since the caller would not see the changes.
fn check_copied(ty: &Type, errors: &mut Errors) {
    if let Some(found) = interior::find(ty) {
        errors.push(diagnostics::copied_cell(&found));
    }
}

fn check_owned(ty: &Type, errors: &mut Errors) {
    if let Some(shared) = interior::behind_guard(ty) {
        errors.push(diagnostics::borrowed_guard(ty, &shared));
        return;
    }
    let is_pinned = matches!(
        borrow::peel(ty),
        Type::Path(path) if borrow::arguments_of(&path.path, "Pin").is_some()
    );
    for found in borrow::all(ty) {
        errors.push(match found {
            Borrow::Reference(reference) => diagnostics::nested_borrow(reference, is_pinned),
            Borrow::Lifetime(lifetime) => diagnostics::hidden_borrow(lifetime),
            Borrow::Taken(lifetime) => diagnostics::taken_lifetime(lifetime),
        });
    }
}

/// Whether another argument is spelled the same. With the hygiene of `macro_rules!` the two names may still differ. Only rustc knows, so
/// generated code makes it check that, and both arguments get generated names.
pub(crate) fn is_repeated(argument: &PatType, function: &Function) -> bool {
    let same = |other: &&PatType| plain_name(other) == plain_name(argument);
    let others = function
        .typed()
        .filter(|other| attribute::cfgs(&other.attrs).next().is_none());
    plain_name(argument).is_some() && others.filter(same).count() > 1
}

pub(crate) fn plain_name(argument: &PatType) -> Option<&Ident> {
    match &*argument.pat {
        Pat::Ident(plain) => Some(&plain.ident),
        _ => None,
    }
}
