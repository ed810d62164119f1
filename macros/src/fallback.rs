//! After a mistake: the errors, and the item in its promised shape, so that its callers see no further ones.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{FnArg, Pat, PatWild, ReturnType, Safety, Signature, Token, Type};

use crate::argument;
use crate::attribute;
use crate::borrow;
use crate::crate_path::here;
use crate::diagnostics::Errors;
use crate::item::{Function, Item};
use crate::options::Options;
use crate::output;
use crate::twin;

/// Input: the mistakes and what was read. Output: the mistakes, then the item.
pub(crate) fn expand(errors: &Errors, options: &Options, item: &Item) -> TokenStream {
    let function = match item {
        Item::Function(function) => function,
        Item::Other(other) => {
            let tokens = &other.tokens;
            return quote!(#tokens #errors);
        }
    };
    let promised = promised(options, function);
    let twin = options
        .blocking
        .as_ref()
        .filter(|name| *name != function.name());
    let twin = twin
        .filter(|_| function.body.is_some())
        .map(|name| twin::blocking(function, name));
    quote!(#promised #twin #errors)
}

/// Output: `pub fn load(path: &mut Path) -> P::Offload<R> { let _ = || -> R { BODY }; loop {} }`
fn promised(options: &Options, function: &Function) -> TokenStream {
    let attrs = attribute::accepted(&function.attrs);
    let (vis, default) = (&function.vis, &function.default);
    let span = here(function.name().span());
    let output = output::lower(&function.sig.output, &options.path, span);
    let (path, written) = (
        options.path.at(output.span),
        awaited(&function.sig.output, &output.awaited),
    );
    let mut sig = plain(&function.sig);
    sig.output = ReturnType::Default;
    let bounds = sig.generics.where_clause.take();
    let body = body(function, &path, &output.passed, &output.declared);
    let arrow = quote_spanned!(span=> -> #path::Offload<#written>);
    quote! {
        #(#attrs)*
        #[allow(refining_impl_trait, unused)]
        #vis #default #sig #arrow #bounds #body
    }
}

/// The return type as written: what the macro adds to an `impl Trait` could be one more error.
fn awaited(output: &ReturnType, lowered: &TokenStream) -> TokenStream {
    match output {
        ReturnType::Type(_, ty) if !matches!(**ty, Type::Never(_)) => ty.to_token_stream(),
        _ => lowered.clone(),
    }
}

/// The signature without what was refused in it.
fn plain(sig: &Signature) -> Signature {
    let mut sig = sig.clone();
    (sig.constness, sig.asyncness, sig.abi, sig.variadic) = (None, None, None, None);
    let mut seen = HashSet::new();
    for input in &mut sig.inputs {
        if let FnArg::Typed(argument) = input {
            if !argument::repeated(argument, &mut seen).is_empty() {
                let underscore_token = Token![_](Span::mixed_site());
                *argument.pat = Pat::Wild(PatWild {
                    attrs: Vec::new(),
                    underscore_token,
                });
            }
        }
    }
    sig
}

/// The body stays used, so that what it imports is not reported as unused.
fn body(
    function: &Function,
    path: &TokenStream,
    passed: &TokenStream,
    declared: &TokenStream,
) -> TokenStream {
    let sig = &function.sig;
    let Some(body) = function.body.as_ref().filter(|_| keeps_body(sig)) else {
        return if sig.receiver().is_some() && function.body.is_none() {
            quote!(;)
        } else {
            quote!({ loop {} })
        };
    };
    let asynchronous = sig.asyncness;
    let inner = match sig.safety {
        Safety::Unsafe(_) => quote!({ unsafe #body }),
        _ => body.to_token_stream(),
    };
    if output::has_opaque(&sig.output) {
        return quote!({
            fn promised<R>(_: impl ::core::ops::FnOnce() -> R) -> #path::Offload<R> { loop {} }
            promised::<#passed>(|| -> #declared #inner)
        });
    }
    quote!({ let _ = #asynchronous || -> #declared #inner; loop {} })
}

/// A closure cannot return a `&mut` borrow of what it captures, an `async` one no borrow at all, and none can name the
/// variadic argument that the signature lost.
fn keeps_body(sig: &Signature) -> bool {
    let ReturnType::Type(_, ty) = &sig.output else {
        return sig.variadic.is_none();
    };
    let refused = match sig.asyncness {
        Some(_) => borrow::find(ty).is_some() || output::has_opaque(&sig.output),
        None => output::is_exclusive(ty),
    };
    !refused && sig.variadic.is_none()
}
