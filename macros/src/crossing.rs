//! One value on its way from the caller to the body: what the call, the closure and the body each say about it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::argument::{Argument, Passing};
use crate::body;
use crate::crate_path::here;
use crate::model::{Model, Twin};
use crate::receiver::{self, Kind};

/// The four places a value shows up in.
pub(crate) struct Crossing {
    /// Its type in the turbofish.
    pub(crate) ty: TokenStream,
    /// The owned value, at the call.
    pub(crate) value: TokenStream,
    /// The closure's parameter.
    pub(crate) parameter: TokenStream,
    /// What the body starts with.
    pub(crate) binding: TokenStream,
}

pub(crate) fn receiver(model: &Model<'_>, own: &receiver::Own<'_>) -> Crossing {
    let word = own.word;
    let span = here(word.span);
    let name = &own.name;
    match &own.kind {
        Kind::Value { mutability, ty } => {
            let path = model.path.at(ty.map_or(word.span, Spanned::span));
            let mutability = mutability.filter(|_| !matches!(model.twin, Twin::Called(_)));
            Crossing {
                ty: ty.map_or_else(|| quote_spanned!(word.span=> _), ToTokens::to_token_stream),
                value: quote_spanned!(span=> #path::stay(#word)),
                parameter: quote!(#mutability #name),
                binding: TokenStream::new(),
            }
        }
        Kind::Borrowed { ty, span } => {
            let span = here(*span);
            let path = model.path.at(span);
            let owned = model.function.fresh("__own", span);
            Crossing {
                ty: quote_spanned!(word.span=> _),
                value: quote_spanned!(span=> #path::own_self::<#ty>(#word)),
                parameter: owned.to_token_stream(),
                binding: quote_spanned!(span=> let #name = &#owned;),
            }
        }
    }
}

/// One template for each way to cross.
pub(crate) fn argument(model: &Model<'_>, argument: &Argument) -> Crossing {
    let (name, own) = (outer_name(model, argument), own_name(argument));
    let lints = &argument.lints;
    let pattern = inner_pattern(model, argument);
    let bound = quote!(#(#lints)* #pattern);
    let span = here(argument.ty.span());
    let path = model.path.at(span);
    let any = quote_spanned!(argument.ty.span()=> _);
    let (ty, value, parameter, binding) = match &argument.passing {
        Passing::Stay(ty) => (
            ty.to_token_stream(),
            quote_spanned!(span=> #path::stay(#name)),
            bound,
            TokenStream::new(),
        ),
        Passing::Opaque => (any, name.to_token_stream(), bound, TokenStream::new()),
        Passing::Own(ty) => (
            any,
            quote_spanned!(span=> #path::own::<#ty>(#name)),
            own.to_token_stream(),
            quote_spanned!(span=> #(#lints)* let #pattern: &#ty = #path::lend::<#ty>(&#own);),
        ),
        Passing::OwnOption(ty) => (
            any,
            quote_spanned!(span=> #path::own_opt::<#ty>(#name)),
            own.to_token_stream(),
            quote_spanned! {span=>
                #(#lints)* let #pattern: ::core::option::Option<&#ty> = #path::lend_opt::<#ty>(&#own);
            },
        ),
        Passing::OwnCow(ty) => (
            any,
            quote_spanned!(span=> #path::own_cow::<#ty>(#name)),
            bound,
            TokenStream::new(),
        ),
        Passing::AsRef {
            target,
            lent: false,
        } => (
            any,
            quote_spanned!(span=> #path::own_as_ref::<#target>(#name)),
            bound,
            TokenStream::new(),
        ),
        Passing::AsRef { target, lent: true } => (
            any,
            quote_spanned!(span=> #path::own_as_ref::<#target>(#name)),
            own.to_token_stream(),
            quote_spanned!(span=> #(#lints)* let #pattern = &#own;),
        ),
    };
    Crossing {
        ty,
        value,
        parameter,
        binding,
    }
}

/// Output, outside: `#[cfg(..)] let x = P::stay(x);`, inside: `#[cfg(..)] let x = x; #[cfg(..)] let mut x: T = x;`
///
/// The first line inside moves the whole value in, where a pattern such as `_` or the field of a struct would not.
pub(crate) fn captured(model: &Model<'_>, argument: &Argument) -> (TokenStream, TokenStream) {
    let Crossing {
        ty, value, binding, ..
    } = self::argument(model, argument);
    let (cfgs, lints, own) = (&argument.cfgs, &argument.lints, own_name(argument));
    let pattern = inner_pattern(model, argument);
    let span = here(argument.ty.span());
    let outside = quote_spanned!(span=> #(#cfgs)* let #own = #value;);
    let moved = quote_spanned!(span=> #(#cfgs)* let #own = #own;);
    let inside = if binding.is_empty() {
        quote_spanned!(span=> #(#cfgs)* #(#lints)* let #pattern: #ty = #own;)
    } else {
        quote!(#(#cfgs)* #binding)
    };
    (outside, quote!(#moved #inside))
}

/// What the body binds; a call of the twin passes plain names on.
fn inner_pattern(model: &Model<'_>, argument: &Argument) -> TokenStream {
    match model.twin {
        Twin::Called(_) => argument.name.to_token_stream(),
        _ => argument.pattern.clone(),
    }
}

/// The name in the signature. One that starts with `_` is used there by the macro, so it gets the macro's hygiene, unless
/// `pool` names it: lints about the use of such names then see no use by the user.
pub(crate) fn outer_name(model: &Model<'_>, argument: &Argument) -> Ident {
    let name = &argument.name;
    let hidden = name.to_string().starts_with('_')
        && !model
            .place
            .is_some_and(|place| body::mentions(place.to_token_stream(), name));
    if hidden {
        own_name(argument)
    } else {
        name.clone()
    }
}

/// The name of the owned value that the body's own binding borrows from.
fn own_name(argument: &Argument) -> Ident {
    let mut name = argument.name.clone();
    name.set_span(here(name.span()));
    name
}
