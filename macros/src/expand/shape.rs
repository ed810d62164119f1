//! A returned `impl Fn(..)`: passes the last expression of the body through a function with these bounds. Otherwise rustc could not
//! infer the types of the parameters of a returned closure.

use std::iter::once;
use std::ops::Range;

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

/// Output: `fn __offload_shape<A0: ?Sized, A1, R: Fn(&A0) -> A1>(__offload_value: R) -> R { .. }`, and then the body, with
/// `__offload_shape::<str, bool, _>(CLOSURE)` at its end. The types are parameters, since the inner function cannot see those
/// of the block.
pub(crate) fn shaped(model: &Model<'_>, body: TokenStream) -> TokenStream {
    let tokens: Vec<_> = body.clone().into_iter().collect();
    let asked = shape(&model.function.sig.output);
    let (Some((bounds, types)), Some(closure)) = (asked, closing(&tokens)) else {
        return body;
    };
    let span = here(model.function.at);
    let name = model.function.fresh("__offload_shape", span);
    let parameters = types.iter().map(|found| {
        let name = &found.name;
        let pointed = found.pointed;
        let size = pointed.then(|| quote_spanned!(span=> : ?::core::marker::Sized));
        quote_spanned!(span=> #name #size)
    });
    let written = types.iter().map(|found| &found.ty);
    let (before, rest) = tokens.split_at(closure.start);
    let (closure, after) = rest.split_at(closure.len());
    quote_spanned! {span=>
        #[allow(clippy::single_call_fn)]
        fn #name<#(#parameters,)* R: #bounds>(__offload_value: R) -> R { __offload_value }
        #(#before)* #name::<#(#written,)* _>(#(#closure)*) #(#after)*
    }
}

/// The position of the closure that ends the body, also after `return`, if one of its parameters has no type. No other last expression
/// needs the bounds, and a function item would not satisfy them.
fn closing(tokens: &[TokenTree]) -> Option<Range<usize>> {
    let ends_statement = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => is_sign(token, ';'),
    };
    let ends = (1..=tokens.len()).filter(|at| tokens.get(at - 1).is_some_and(ends_statement));
    once(0).chain(ends).find_map(|start| {
        let returns = matches!(tokens.get(start)?, TokenTree::Ident(word) if word == "return");
        let start = start + usize::from(returns);
        let semicolon = returns && tokens.last().is_some_and(|last| is_sign(last, ';'));
        let end = tokens.len() - usize::from(semicolon);
        let closure = tokens.get(start..end)?;
        let starts = match closure.first()? {
            TokenTree::Ident(word) => word == "move",
            token => is_sign(token, '|'),
        };
        let parsed = || syn::parse2(closure.iter().cloned().collect());
        let untyped = starts && matches!(parsed(), Ok(Expr::Closure(found)) if !is_typed(&found));
        untyped.then_some(start..end)
    })
}

fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == sign)
}

fn is_typed(closure: &ExprClosure) -> bool {
    let mut parameters = closure.inputs.iter();
    parameters.all(|parameter| matches!(parameter, Pat::Type(_)))
}

/// A type in the bounds, and whether it may be unsized.
struct Abstracted {
    name: Ident,
    pointed: bool,
    ty: Type,
}

type Asked = Punctuated<TypeParamBound, Token![+]>;

/// The bounds like `Fn(..)`, with type parameters for their types. `None` if a type cannot be a type parameter.
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

/// Replaces types by type parameters, behind references and in tuples and slices too.
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

/// Replaces the arguments of well-known types of std, which are sized.
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
