//! Which type parameters are types of values that are sent to the body.

use std::collections::HashSet;

use proc_macro2::{Ident, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    FnArg, GenericArgument, Path, PathArguments, PathSegment, ReturnType, Signature, Type, TypePath,
};

use crate::model::generics;
use crate::parse::function::Function;
use crate::tokens::{body, borrow, cfg};

/// The type parameters around a function whose values are sent to another thread.
pub(crate) enum Around {
    /// The attribute sees their declarations.
    Known(Vec<Ident>),
    /// Names that look like one.
    Guessed(Vec<Ident>),
}

impl Around {
    pub(crate) fn names(&self) -> &[Ident] {
        match self {
            Self::Known(names) | Self::Guessed(names) => names,
        }
    }

    /// Whether some of the names may be no parameters.
    pub(crate) fn may_err(&self) -> bool {
        matches!(self, Self::Guessed(names) if !names.is_empty())
    }
}

/// The type parameters of the `impl` around an annotated method, which the attribute does not see. These are guessed: names such as `T` or
/// `K2` in the types that are sent, if the method does not declare them.
pub(crate) fn around(function: &Function) -> Around {
    let sig = &function.sig;
    let (inputs, output) = (&sig.inputs, &sig.output);
    let is_method = sig.receiver().is_some()
        || body::names_self_type(quote!(#inputs #output))
        || body::names_self_type(function.body_tokens());
    if !is_method {
        return Around::Guessed(Vec::new());
    }
    let mut found = Vec::new();
    for input in &sig.inputs {
        if let FnArg::Typed(argument) = input {
            named_like_one(&argument.ty, &mut found);
        }
    }
    if let ReturnType::Type(_, ty) = output {
        named_like_one(ty, &mut found);
    }
    let own = |name: &Ident| {
        let mut own = sig.generics.type_params();
        own.any(|parameter| parameter.ident == *name)
    };
    found.retain(|name| !own(name));
    Around::Guessed(found)
}

/// Only in positions where only a type is possible: `N` in `[u8; N]` and `Grid<N>` may be a number.
fn named_like_one(ty: &Type, found: &mut Vec<Ident>) {
    match borrow::peel(ty) {
        Type::Reference(reference) => named_like_one(&reference.elem, found),
        Type::Slice(slice) => named_like_one(&slice.elem, found),
        Type::Array(array) => named_like_one(&array.elem, found),
        Type::Tuple(tuple) => tuple.elems.iter().for_each(|ty| named_like_one(ty, found)),
        Type::Path(path) if path.qself.is_none() => in_path(&path.path, found),
        _ => {}
    }
}

fn in_path(path: &Path, found: &mut Vec<Ident>) {
    if let Some(name) = path.get_ident() {
        let text = name.to_string();
        let mut letters = text.chars();
        let upper = letters
            .next()
            .is_some_and(|first| first.is_ascii_uppercase());
        if upper && letters.all(|rest| rest.is_ascii_digit()) && !found.contains(name) {
            found.push(name.clone());
        }
        return;
    }
    let containers = [
        "Arc", "BTreeMap", "BTreeSet", "Box", "HashMap", "HashSet", "Option", "Result", "Vec",
        "VecDeque",
    ];
    for name in containers {
        for argument in borrow::arguments_of(path, name)
            .iter()
            .flat_map(|list| &list.args)
        {
            if let GenericArgument::Type(ty) = argument {
                named_like_one(ty, found);
            }
        }
    }
}

/// The types of the values that are sent.
pub(crate) fn crossing(sig: &Signature) -> TokenStream {
    let (inputs, output) = (&sig.inputs, &sig.output);
    quote!(#inputs #output)
}

/// Associated types of parameters that are sent, `T::Err` and `<T as FromStr>::Err`: bounds of `T` do not cover them.
pub(crate) fn projections(sig: &Signature, around: &[Ident]) -> Vec<Type> {
    let own = sig.generics.type_params();
    // A predicate cannot have the `cfg` of its parameter.
    let own = own.filter(|parameter| cfg::predicate(&parameter.attrs).is_none());
    let names: Vec<_> = own
        .map(|parameter| &parameter.ident)
        .chain(around)
        .collect();
    let mut found = Vec::new();
    for input in &sig.inputs {
        if let FnArg::Typed(argument) = input {
            projected(&argument.ty, &names, &mut found);
        }
    }
    if let ReturnType::Type(_, ty) = &sig.output {
        projected(ty, &names, &mut found);
    }
    let mut seen = HashSet::new();
    found.retain(|ty| seen.insert(ty.to_token_stream().to_string()));
    found
}

fn projected(ty: &Type, names: &[&Ident], found: &mut Vec<Type>) {
    match borrow::peel(ty) {
        Type::Reference(reference) => projected(&reference.elem, names, found),
        Type::Slice(slice) => projected(&slice.elem, names, found),
        Type::Array(array) => projected(&array.elem, names, found),
        Type::Tuple(tuple) => tuple
            .elems
            .iter()
            .for_each(|ty| projected(ty, names, found)),
        Type::Path(path) => {
            if is_projection(path, names) {
                found.push(Type::Path(path.clone()));
            }
            for argument in path.path.segments.iter().flat_map(arguments) {
                projected(argument, names, found);
            }
        }
        _ => {}
    }
}

/// Whether the type is `T::Err`, `<T as FromStr>::Err` or one of these in the place of `T`, without arguments of its own.
fn is_projection(path: &TypePath, names: &[&Ident]) -> bool {
    let segments = &path.path.segments;
    let plain = |segment: &PathSegment| segment.arguments.is_none();
    if let Some(of) = &path.qself {
        let whole = segments.len() == of.position + 1 && segments.last().is_some_and(plain);
        let is_inner = matches!(&*of.ty, Type::Path(inner) if is_projection(inner, names));
        let is_known = |name: &&Ident| generics::is_parameter(&of.ty, name);
        return whole && (is_inner || names.iter().any(is_known));
    }
    let is_known = |first: &PathSegment| names.contains(&&first.ident);
    segments.len() == 2 && segments.iter().all(plain) && segments.first().is_some_and(is_known)
}

fn arguments(segment: &PathSegment) -> impl Iterator<Item = &Type> {
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments
        .into_iter()
        .flatten()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
}

/// Whether a value of the parameter may be sent: an argument or the output has it, or a type that may be the same, such as `I::Item`.
pub(crate) fn travels(name: &Ident, crossing: &TokenStream, sig: &Signature) -> bool {
    body::mentions(crossing.clone(), name)
        || body::mentions(crossing.clone(), "impl")
        || body::mentions(crossing.clone(), "as")
        || sig
            .generics
            .type_params()
            .any(|parameter| projects(crossing.clone(), &parameter.ident))
}

/// Whether the tokens hold `T::..`.
fn projects(tokens: TokenStream, name: &Ident) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let here = tokens.windows(2).any(|pair| match pair {
        [TokenTree::Ident(word), TokenTree::Punct(colon)] => {
            word == name && colon.as_char() == ':' && colon.spacing() == Spacing::Joint
        }
        _ => false,
    });
    here || tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => projects(group.stream(), name),
        _ => false,
    })
}
