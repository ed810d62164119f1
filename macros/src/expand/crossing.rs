//! How one value is passed from the caller to the body: its tokens in the call, in the closure and in the body.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Type};

use crate::model::Model;
use crate::model::argument::{Argument, Passing};
use crate::model::receiver::{self, Kind};
use crate::parse::crate_path::here;
use crate::tokens::{bare, body};

/// The tokens of a value in the four places where it occurs.
pub(crate) struct Crossing {
    /// Its type in the turbofish.
    pub(crate) ty: TokenStream,
    /// The owned value, at the call.
    pub(crate) value: TokenStream,
    /// The closure's parameter.
    pub(crate) parameter: TokenStream,
    /// The first statements of the body.
    pub(crate) binding: TokenStream,
}

pub(crate) fn receiver(model: &Model<'_>, own: &receiver::Own<'_>) -> Crossing {
    let word = own.word;
    let span = here(word.span);
    let name = &own.name;
    match &own.kind {
        Kind::Value { ty, .. } => {
            let path = model.path.at(ty.map_or(word.span, Spanned::span));
            let mutability = own.mutability().filter(|_| model.callee().is_none());
            Crossing {
                ty: ty.map_or_else(|| quote_spanned!(word.span=> _), ToTokens::to_token_stream),
                value: quote_spanned!(span=> #path::stay(#word)),
                parameter: quote!(#mutability #name),
                binding: TokenStream::new(),
            }
        }
        Kind::Borrowed { ty, span, .. } => borrowed(model, own, ty, here(*span)),
        Kind::Shared => {
            let path = model.path.at(word.span);
            Crossing {
                ty: quote_spanned!(word.span=> _),
                value: quote_spanned!(span=> #path::stay(#word)),
                parameter: name.to_token_stream(),
                binding: TokenStream::new(),
            }
        }
        Kind::Lent => {
            let path = model.path.at(word.span);
            let loan = model.function.fresh("__offload_loan", span);
            Crossing {
                ty: quote_spanned!(span=> _),
                value: quote_spanned!(span=> #path::loan(&#word.owner)),
                parameter: loan.to_token_stream(),
                binding: TokenStream::new(),
            }
        }
    }
}

fn borrowed(model: &Model<'_>, own: &receiver::Own<'_>, ty: &TokenStream, span: Span) -> Crossing {
    let (word, name) = (own.word, &own.name);
    let path = model.path.at(span);
    let owned = model.function.fresh("__offload_own", span);
    let mutability = own.mutability().filter(|_| model.callee().is_none());
    let bound = uses_self(model)
        .then(|| quote_spanned!(span=> let #mutability #name = #path::lend::<#ty, _>(&#owned);));
    Crossing {
        ty: quote_spanned!(span=> _),
        value: quote_spanned!(span=> #path::own_self::<#ty, _, _>(#word)),
        parameter: owned.to_token_stream(),
        binding: quote_spanned!(span=> #bound),
    }
}

/// Whether the body uses `self`, also in a format string. Otherwise lints would report an unused binding.
fn uses_self(model: &Model<'_>) -> bool {
    let body = model.function.body_tokens();
    model.callee().is_some() || body.to_string().contains("self")
}

/// Passes the builder of the handle to the thread that will own the value.
pub(crate) fn builder(name: &Ident) -> Crossing {
    Crossing {
        ty: quote_spanned!(name.span()=> _),
        value: name.to_token_stream(),
        parameter: name.to_token_stream(),
        binding: TokenStream::new(),
    }
}

/// The argument at all four places. An argument that the body borrows gets a binding; any other is the closure's parameter itself.
pub(crate) fn argument(model: &Model<'_>, argument: &Argument) -> Crossing {
    let (lints, pattern) = (lints(model, argument), inner_pattern(model, argument));
    let lent = lent(model, argument, &lints, &pattern);
    Crossing {
        ty: match &argument.passing {
            Passing::Stay(ty) => bare::inferred(ty).to_token_stream(),
            Passing::Into(target) => quote_spanned!(target.span()=> _),
            _ => quote_spanned!(argument.ty.span()=> _),
        },
        value: owned(model, argument),
        parameter: match &argument.passing {
            _ if lent.is_some() => own_name(argument).to_token_stream(),
            Passing::Stay(ty) if may_be_unsized(ty) => quote!(#lints #pattern: #ty),
            _ => quote!(#lints #pattern),
        },
        binding: lent.unwrap_or_default(),
    }
}

/// The expression that turns the caller's value into one that can outlive the caller.
fn owned(model: &Model<'_>, argument: &Argument) -> TokenStream {
    let name = outer_name(model, argument);
    let span = here(argument.ty.span());
    let path = model.path.at(span);
    match &argument.passing {
        Passing::Stay(ty) if may_be_unsized(ty) => {
            let mut name = name;
            name.set_span(name.span().located_at(ty.span()));
            name.to_token_stream()
        }
        Passing::Stay(_) => quote_spanned!(span=> #path::stay(#name)),
        Passing::Opaque => name.to_token_stream(),
        Passing::Own(ty) => {
            let ty = bare::inferred(ty);
            quote_spanned!(span=> #path::own::<#ty, _>(#name))
        }
        Passing::OwnOption(ty) => quote_spanned!(span=> #path::own_opt::<#ty, _>(#name)),
        Passing::OwnCow(ty) => quote_spanned!(span=> #path::own_cow::<#ty>(#name)),
        Passing::Into(target) => {
            quote_spanned!(span=> #path::own_into(#path::into::<#target, _>(#name)))
        }
        Passing::ToString => quote_spanned!(span=> #path::own_text(#path::text(#name))),
        Passing::AsRef { target, .. } => {
            quote_spanned!(span=> #path::own_as_ref::<#target, _, _>(#name))
        }
    }
}

/// Whether this is `Path`, which may be that of std or the program's own. If it is unsized, rustc reports that at the signature,
/// and only once for all uses with the same span.
fn may_be_unsized(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("Path"))
}

/// The binding that lends the owned value to the body, where the function takes a reference.
fn lent(
    model: &Model<'_>,
    argument: &Argument,
    lints: &TokenStream,
    pattern: &TokenStream,
) -> Option<TokenStream> {
    let own = own_name(argument);
    let span = here(argument.ty.span());
    let path = model.path.at(span);
    Some(match &argument.passing {
        Passing::Own(ty) => {
            let (lent, ty) = (bare::inferred(ty), bare::without_traits(ty));
            quote_spanned!(span=> #lints let #pattern: &#ty = #path::lend::<#lent, _>(&#own);)
        }
        Passing::OwnOption(ty) => quote_spanned! {span=>
            #lints let #pattern: ::core::option::Option<&#ty> = #path::lend_opt::<#ty, _>(&#own);
        },
        Passing::AsRef { lent: true, .. } => quote_spanned!(span=> #lints let #pattern = &#own;),
        _ => return None,
    })
}

/// An argument that a closure captures.
pub(crate) struct Captured {
    /// Before the closure: `#[cfg(..)] let x = P::pack::<T>(P::stay(x));`
    pub(crate) outside: TokenStream,
    /// In its body: `#[cfg(..)] let x = P::unpack(x); #[cfg(..)] let mut x: T = x;`
    ///
    /// The first line keeps the value to the end of the body, where a pattern such as `_` would not. A name does.
    pub(crate) inside: TokenStream,
}

pub(crate) fn captured(model: &Model<'_>, argument: &Argument) -> Captured {
    let Crossing {
        ty, value, binding, ..
    } = self::argument(model, argument);
    let (cfgs, lints, own) = (&argument.cfgs, lints(model, argument), own_name(argument));
    let pattern = inner_pattern(model, argument);
    let span = here(argument.ty.span());
    let path = model.path.at(argument.ty.span());
    let outside = quote_spanned!(span=> #(#cfgs)* let #own = #path::pack::<#ty>(#value););
    if binding.is_empty() && is_name(&pattern, &argument.name) {
        let inside =
            quote_spanned!(span=> #(#cfgs)* #lints let #pattern: #ty = #path::unpack(#own););
        return Captured { outside, inside };
    }
    let unpacked = quote_spanned!(span=> #(#cfgs)* let #own = #path::unpack(#own););
    let inside = if binding.is_empty() {
        quote_spanned!(span=> #(#cfgs)* #lints let #pattern: #ty = #own;)
    } else {
        quote!(#(#cfgs)* #binding)
    };
    Captured {
        outside,
        inside: quote!(#unpacked #inside),
    }
}

/// Whether the pattern is `x` or `mut x`.
fn is_name(pattern: &TokenStream, name: &Ident) -> bool {
    let pattern = pattern.to_string();
    *name == pattern.trim_start_matches("mut ")
}

/// The patterns that the body binds. A call of the blocking version uses plain names.
fn inner_pattern(model: &Model<'_>, argument: &Argument) -> TokenStream {
    match model.callee() {
        Some(_) => own_name(argument).to_token_stream(),
        None => argument.pattern.clone(),
    }
}

/// The lint levels of the binding in the body. It may be unused if only `pool` uses the argument.
fn lints(model: &Model<'_>, argument: &Argument) -> TokenStream {
    let lints = &argument.lints;
    let unused = names(model, argument)
        .then(|| quote_spanned!(here(argument.name.span())=> #[allow(unused_variables)]));
    quote!(#unused #(#lints)*)
}

/// Whether `pool` names the argument.
fn names(model: &Model<'_>, argument: &Argument) -> bool {
    let named = |place: &Expr| body::mentions(place.to_token_stream(), &argument.name);
    model.place.is_some_and(named)
}

/// The name in the signature. A name that starts with `_` gets the macro's hygiene, unless `pool` uses it: otherwise a lint would
/// report that the user uses it.
pub(crate) fn outer_name(model: &Model<'_>, argument: &Argument) -> Ident {
    let name = &argument.name;
    let hidden = name.to_string().starts_with('_') && !names(model, argument);
    if hidden {
        own_name(argument)
    } else {
        name.clone()
    }
}

/// The name of the owned value that the body's own binding borrows from.
pub(crate) fn own_name(argument: &Argument) -> Ident {
    let mut name = argument.name.clone();
    name.set_span(here(name.span()));
    name
}
