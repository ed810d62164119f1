//! A returned `impl Fn(..)`: what the body ends with is checked against it, as it would be in the function as written.
//! Without that rustc does not know what the parameters of a closure are.

use std::iter::successors;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::punctuated::Punctuated;
use syn::{
    Expr, ExprClosure, GenericArgument, Pat, Path, PathArguments, ReturnType, Token, Type,
    TypeParamBound, parse_quote,
};

use crate::model::Model;
use crate::parse::crate_path::here;
use crate::tokens::borrow;

/// Output: `fn __shape<A0: ?Sized, A1, R: Fn(&A0) -> A1>(value: R) -> R { value } __shape::<str, bool, _>({ BODY })`, where the
/// types are parameters, since the inner function cannot see those of the block.
pub(crate) fn shaped(model: &Model<'_>, body: TokenStream) -> TokenStream {
    let asked = shape(&model.function.sig.output).filter(|_| ends_with_closure(&body));
    let Some((bounds, types)) = asked else {
        return body;
    };
    let span = here(model.function.at);
    let name = model.function.fresh("__shape", span);
    let parameters = types.iter().map(|found| {
        let name = &found.name;
        let pointed = found.pointed;
        let size = pointed.then(|| quote_spanned!(span=> : ?::core::marker::Sized));
        quote_spanned!(span=> #name #size)
    });
    let written = types.iter().map(|found| &found.ty);
    quote_spanned! {span=>
        #[allow(clippy::single_call_fn)]
        fn #name<#(#parameters,)* R: #bounds>(value: R) -> R { value }
        #name::<#(#written,)* _>({ #body })
    }
}

/// Whether a closure stands at the end that leaves it to the bounds what a parameter is. No other end needs them, and one that
/// returns or is a function would be refused: it is no closure yet, or says more than the bounds do here.
fn ends_with_closure(body: &TokenStream) -> bool {
    let tokens: Vec<_> = body.clone().into_iter().collect();
    let ends_statement = |token: &TokenTree| match token {
        TokenTree::Punct(sign) => sign.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    let rests = successors(Some(tokens.as_slice()), |rest| {
        let at = rest.iter().position(ends_statement)?;
        rest.get(at + 1..)
    });
    let mut ends = rests.filter(|rest| match rest.first() {
        Some(TokenTree::Punct(sign)) => sign.as_char() == '|',
        Some(TokenTree::Ident(word)) => word == "move",
        _ => false,
    });
    ends.any(|end| {
        let end = syn::parse2(end.iter().cloned().collect());
        matches!(end, Ok(Expr::Closure(closure)) if !is_typed(&closure))
    })
}

fn is_typed(closure: &ExprClosure) -> bool {
    let mut parameters = closure.inputs.iter();
    parameters.all(|parameter| matches!(parameter, Pat::Type(_)))
}

/// A type in the bounds, and whether it needs no size.
struct Abstracted {
    name: Ident,
    pointed: bool,
    ty: Type,
}

type Asked = Punctuated<TypeParamBound, Token![+]>;

/// The bounds like `Fn(..)`, with parameters for their types. None if they have types that no parameter can stand for.
fn shape(output: &ReturnType) -> Option<(Asked, Vec<Abstracted>)> {
    let ReturnType::Type(_, ty) = output else {
        return None;
    };
    let Type::ImplTrait(opaque) = borrow::peel(ty) else {
        return None;
    };
    let (mut bounds, mut found) = (Asked::new(), Vec::new());
    for bound in &opaque.bounds {
        let mut bound = bound.clone();
        let TypeParamBound::Trait(asked) = &mut bound else {
            continue;
        };
        let last = asked.path.segments.last_mut()?;
        let PathArguments::Parenthesized(arguments) = &mut last.arguments else {
            continue;
        };
        for ty in &mut arguments.inputs {
            abstracted(&mut ty.ty, false, &mut found)?;
        }
        if let ReturnType::Type(_, ty) = &mut arguments.output {
            abstracted(ty, false, &mut found)?;
        }
        bounds.push(bound);
    }
    (!bounds.is_empty()).then_some((bounds, found))
}

/// Puts parameters for the types, behind references and in tuples and slices too.
fn abstracted(ty: &mut Type, pointed: bool, found: &mut Vec<Abstracted>) -> Option<()> {
    match ty {
        Type::Group(group) => abstracted(&mut group.elem, pointed, found),
        Type::Paren(paren) => abstracted(&mut paren.elem, pointed, found),
        Type::Reference(reference) if reference.lifetime.is_none() => {
            abstracted(&mut reference.elem, true, found)
        }
        Type::Slice(slice) => abstracted(&mut slice.elem, false, found),
        Type::Tuple(tuple) => tuple
            .elems
            .iter_mut()
            .try_for_each(|ty| abstracted(ty, false, found)),
        Type::Path(_) if !names_lifetime(ty.to_token_stream()) => {
            let name = format_ident!(
                "A{}",
                found.len(),
                span = here(proc_macro2::Span::call_site())
            );
            let parameter = parse_quote!(#name);
            found.push(Abstracted {
                name,
                pointed,
                ty: std::mem::replace(ty, parameter),
            });
            Some(())
        }
        Type::Path(path) if path.qself.is_none() => abstracted_within(&mut path.path, found),
        _ => None,
    }
}

/// Looks into types of std that are no parameters themselves, and whose arguments have a size.
fn abstracted_within(path: &mut Path, found: &mut Vec<Abstracted>) -> Option<()> {
    let only = path.segments.first_mut().filter(|only| {
        let known = ["Option", "Result", "Vec"];
        known.iter().any(|name| only.ident == name)
    })?;
    let PathArguments::AngleBracketed(arguments) = &mut only.arguments else {
        return None;
    };
    arguments
        .args
        .iter_mut()
        .try_for_each(|argument| match argument {
            GenericArgument::Type(ty) => abstracted(ty, false, found),
            _ => None,
        })
}

/// Whether there is a lifetime, or a reference, whose lifetime depends on where it stands.
fn names_lifetime(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Punct(sign) => matches!(sign.as_char(), '\'' | '&'),
        TokenTree::Group(group) => names_lifetime(group.stream()),
        _ => false,
    })
}
