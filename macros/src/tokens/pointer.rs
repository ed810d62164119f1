//! Function types in a body, `fn(..)` and `Fn(..)`, get lifetimes of their own: those that the function declares cannot be named in the
//! closure.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::parse::{ParseStream, Parser};
use syn::{
    GenericArgument, Lifetime, Path, PathArguments, Token, TraitBound, Type, TypeFnPtr, TypeInfer,
    TypeParamBound,
};

use crate::tokens::body::{is_quote, regroup};

/// Traits whose arguments are written between parentheses.
const TRAITS: [&str; 6] = [
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Fn",
    "FnMut",
    "FnOnce",
];

/// The type at the start, if its result has one of the lifetimes, and how many tokens it takes.
///
/// Output: `for<'__a> fn(&'__a str, &'__a str) -> &'__a str`, where a lifetime ties the result to the arguments, and `fn(&u8) -> _`
/// where nothing else has it: the compiler finds which it is.
pub(crate) fn with_own(tokens: &[TokenTree], lifetimes: &[String]) -> Option<(TokenStream, usize)> {
    let length = length(tokens)?;
    let (head, inputs, output) = parts(tokens.get(..length)?)?;
    let inputs = regroup(inputs, within(inputs.stream(), lifetimes));
    let mut output: Type = syn::parse2(within(output, lifetimes)).ok()?;
    let (mut tied, mut open) = (Vec::new(), Vec::new());
    for name in lifetimes {
        let Some(yielded) = find(output.to_token_stream(), name) else {
            continue;
        };
        let name = find(inputs.stream(), name);
        match name {
            Some(name) => tied.push(name),
            None => open.push(yielded),
        }
    }
    if tied.is_empty() && open.is_empty() {
        return None;
    }
    infer(&mut output, &open);
    let is_left = |name: &Ident| find(output.to_token_stream(), &name.to_string()).is_some();
    if open.iter().any(is_left) {
        output = inferred(&open);
    }
    let head = declaring(head, &tied);
    let own = renamed(quote!(#head #inputs -> #output), &tied);
    Some((own, length))
}

/// The tokens, in which types of functions have lifetimes of their own.
fn within(tokens: TokenStream, lifetimes: &[String]) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    let mut rest = tokens.as_slice();
    while let Some((token, after)) = rest.split_first() {
        if let Some((own, length)) = with_own(rest, lifetimes) {
            out.extend(own);
            rest = rest.get(length..).unwrap_or_default();
            continue;
        }
        out.extend([match token {
            TokenTree::Group(group) => regroup(group, within(group.stream(), lifetimes)).into(),
            token => token.clone(),
        }]);
        rest = after;
    }
    out
}

/// How many tokens the type of a function at the start takes.
fn length(tokens: &[TokenTree]) -> Option<usize> {
    let pointer = |input: ParseStream<'_>| {
        input.parse::<TypeFnPtr>()?;
        input.parse::<TokenStream>()
    };
    let bound = |input: ParseStream<'_>| {
        input.parse::<TraitBound>()?;
        input.parse::<TokenStream>()
    };
    let all = || tokens.iter().cloned().collect::<TokenStream>();
    let rest = match tokens {
        [TokenTree::Ident(word), TokenTree::Group(_), ..] if word == "fn" => pointer.parse2(all()),
        [TokenTree::Ident(word), TokenTree::Group(_), ..] if is_trait(word) => bound.parse2(all()),
        [TokenTree::Ident(word), TokenTree::Punct(sign), ..]
            if word == "for" && sign.as_char() == '<' =>
        {
            pointer.parse2(all()).or_else(|_| bound.parse2(all()))
        }
        [
            TokenTree::Ident(word),
            TokenTree::Ident(_) | TokenTree::Literal(_),
            ..,
        ] if word == "unsafe" || word == "extern" => pointer.parse2(all()),
        _ => return None,
    };
    Some(tokens.len() - rest.ok()?.into_iter().count())
}

fn is_trait(word: &Ident) -> bool {
    TRAITS.iter().any(|name| word == name)
}

/// What stands before the arguments, the arguments, and the result behind its arrow.
fn parts(tokens: &[TokenTree]) -> Option<(&[TokenTree], &Group, TokenStream)> {
    let arguments = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis);
    let (head, rest) = tokens.split_at_checked(tokens.iter().position(arguments)?)?;
    match rest {
        [
            TokenTree::Group(inputs),
            TokenTree::Punct(_),
            TokenTree::Punct(_),
            output @ ..,
        ] => Some((head, inputs, output.iter().cloned().collect())),
        _ => None,
    }
}

/// Output: `for<'__a, 'x> fn`
fn declaring(head: &[TokenTree], names: &[Ident]) -> TokenStream {
    if names.is_empty() {
        return head.iter().cloned().collect();
    }
    let declared = names.iter().map(|name| Lifetime {
        apostrophe: name.span(),
        ident: own(name),
    });
    match head {
        [TokenTree::Ident(word), TokenTree::Punct(_), others @ ..] if word == "for" => {
            let others = others.iter();
            quote!(for<#(#declared,)* #(#others)*)
        }
        head => quote!(for<#(#declared),*> #(#head)*),
    }
}

/// Puts `_` for what has one of the lifetimes, and takes them off trait objects.
fn infer(ty: &mut Type, names: &[Ident]) {
    let has = |lifetime: &Lifetime| names.contains(&lifetime.ident);
    let is_open = match ty {
        Type::Reference(reference) if reference.lifetime.as_ref().is_some_and(has) => true,
        Type::Path(path) => names_one(&path.path, &has),
        _ => false,
    };
    if is_open {
        *ty = inferred(names);
        return;
    }
    match ty {
        Type::Array(array) => infer(&mut array.elem, names),
        Type::Slice(slice) => infer(&mut slice.elem, names),
        Type::Group(group) => infer(&mut group.elem, names),
        Type::Paren(paren) => infer(&mut paren.elem, names),
        Type::Ptr(pointer) => infer(&mut pointer.elem, names),
        Type::Reference(reference) => infer(&mut reference.elem, names),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(|ty| infer(ty, names)),
        Type::Path(path) => infer_arguments(&mut path.path, names),
        Type::TraitObject(object) => {
            let kept = |bound: &TypeParamBound| !matches!(bound, TypeParamBound::Lifetime(lifetime) if has(lifetime));
            object.bounds = std::mem::take(&mut object.bounds)
                .into_iter()
                .filter(kept)
                .collect();
            for bound in &mut object.bounds {
                if let TypeParamBound::Trait(bound) = bound {
                    infer_arguments(&mut bound.path, names);
                }
            }
        }
        _ => {}
    }
}

/// `_` with the span of the first of the lifetimes: if the compiler cannot infer it, it reports that there.
fn inferred(lifetimes: &[Ident]) -> Type {
    let span = lifetimes.first().map_or_else(Span::call_site, Ident::span);
    Type::Infer(TypeInfer {
        attrs: Vec::new(),
        underscore_token: Token![_](span),
    })
}

fn infer_arguments(path: &mut Path, names: &[Ident]) {
    for segment in &mut path.segments {
        if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
            for argument in &mut arguments.args {
                match argument {
                    GenericArgument::Type(ty) => infer(ty, names),
                    GenericArgument::AssocType(assoc) => infer(&mut assoc.ty, names),
                    _ => {}
                }
            }
        }
    }
}

/// Whether the path is that of a type with such a lifetime: `Chars<'a>`.
fn names_one(path: &Path, has: &impl Fn(&Lifetime) -> bool) -> bool {
    let mut arguments = path.segments.iter().map(|segment| &segment.arguments);
    arguments.any(|arguments| match arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().any(
            |argument| matches!(argument, GenericArgument::Lifetime(lifetime) if has(lifetime)),
        ),
        _ => false,
    })
}

fn own(name: &Ident) -> Ident {
    format_ident!("__{name}", span = name.span())
}

/// The lifetime of this name, at any depth.
pub(super) fn find(tokens: TokenStream, name: &str) -> Option<Ident> {
    let mut before = None;
    for token in tokens {
        let found = match &token {
            TokenTree::Ident(word) if word == name && is_quote(before.as_ref()) => {
                Some(word.clone())
            }
            TokenTree::Group(group) => find(group.stream(), name),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        before = Some(token);
    }
    None
}

fn renamed(tokens: TokenStream, names: &[Ident]) -> TokenStream {
    let mut before = None;
    let tokens = tokens.into_iter().map(|token| {
        let new = match &token {
            TokenTree::Ident(word) if is_quote(before.as_ref()) && names.contains(word) => {
                own(word).into()
            }
            TokenTree::Group(group) => regroup(group, renamed(group.stream(), names)).into(),
            token => token.clone(),
        };
        before = Some(token);
        new
    });
    tokens.collect()
}
