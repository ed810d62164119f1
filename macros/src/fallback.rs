//! After a mistake: the errors, and the item in its promised shape, so that its callers see no further ones.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, FnArg, Pat, PatWild, ReturnType, Safety, Signature, Token, Type};

use crate::argument;
use crate::attribute;
use crate::borrow;
use crate::crate_path::here;
use crate::diagnostics::Errors;
use crate::item::{Function, Item};
use crate::options::Options;
use crate::output::{self, Output};
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
    let attrs = attribute::promised(&function.attrs);
    let (vis, default) = (&function.vis, &function.default);
    let span = here(function.name().span());
    let output = output::lower(&function.sig.output, &options.path, span);
    let path = options.path.at(output.span);
    let awaited = awaited(&function.sig.output, &output.awaited);
    let mut sig = plain(&function.sig);
    sig.output = ReturnType::Default;
    let bounds = sig.generics.where_clause.take();
    let end = if function.is_declaration() {
        quote_spanned!(span=> -> impl ::core::future::Future<Output = #awaited> #bounds;)
    } else {
        let body = body(function, options.place.as_ref(), &path, &output);
        quote_spanned!(span=> -> #path::Offload<#awaited> #bounds #body)
    };
    quote! {
        #(#attrs)*
        #[allow(refining_impl_trait, unused)]
        #vis #default #sig #end
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

/// The body and the pool stay used, so that what is imported for them is not reported as unused.
fn body(
    function: &Function,
    place: Option<&Expr>,
    path: &TokenStream,
    output: &Output,
) -> TokenStream {
    let sig = &function.sig;
    let place = place.map(|value| quote!(let _ = || { let _ = &(#value); };));
    let Some(body) = function.body.as_ref().filter(|_| keeps_body(sig)) else {
        return quote!({ #place loop {} });
    };
    let (passed, declared, asynchronous) = (&output.passed, &output.declared, &sig.asyncness);
    let inner = match sig.safety {
        Safety::Unsafe(_) => quote!({ unsafe #body }),
        _ => body.to_token_stream(),
    };
    if output::has_opaque(&sig.output) {
        return quote!({
            fn __promised<R>(_: impl ::core::ops::FnOnce() -> R) -> #path::Offload<R> { loop {} }
            #place
            __promised::<#passed>(|| -> #declared #inner)
        });
    }
    quote!({ #place let _ = #asynchronous || -> #declared #inner; loop {} })
}

/// A closure cannot return a `&mut` borrow of what it captures, and an `async` one no borrow at all; and none can name
/// the arguments that the signature lost.
fn keeps_body(sig: &Signature) -> bool {
    let mut seen = HashSet::new();
    let lost = sig.variadic.is_some()
        || sig.inputs.iter().any(|input| match input {
            FnArg::Typed(argument) => !argument::repeated(argument, &mut seen).is_empty(),
            FnArg::Receiver(_) => false,
        });
    let lends = match (&sig.output, sig.asyncness) {
        (ReturnType::Default, _) => false,
        (ReturnType::Type(_, ty), None) => output::is_exclusive(ty),
        (ReturnType::Type(_, ty), Some(_)) => {
            borrow::find(ty).is_some() || output::has_opaque(&sig.output)
        }
    };
    !lost && !lends
}
