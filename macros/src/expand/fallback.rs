//! After a mistake: the errors, and the item with its promised signature, so that its callers cause no further errors.

use proc_macro2::{Group, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    FnArg, Pat, Receiver, ReceiverKind, ReturnType, Safety, Signature, Token, Type, parse_quote,
    parse_quote_spanned,
};

use crate::diagnostics::Errors;
use crate::expand::{blocking, main_fn, mended};
use crate::model::output::{self, Output};
use crate::model::{receiver, scope::Scope};
use crate::parse::attribute;
use crate::parse::crate_path::here;
use crate::parse::function::Function;
use crate::parse::item;
use crate::parse::options::Options;
use crate::tokens::{body, borrow, future, self_type};

/// Input: the mistakes and the parsed function. Output: the mistakes, then the function.
pub(crate) fn expand(
    errors: &Errors,
    options: &Options,
    function: &Function,
    scope: &Scope<'_>,
) -> TokenStream {
    if function.boxed().is_some() {
        let written = function.written();
        return quote!(#written #errors);
    }
    if attribute::makes_main(&function.attrs) && *function.name() == "main" {
        let mut written = function.clone();
        written.attrs = attribute::promised(&function.attrs).collect();
        let promised = main_fn::promised(&written);
        return quote!(#promised #errors);
    }
    let promised = promised(options, &mended::mended(awaited_once(function)), scope);
    let blocking = options
        .blocking
        .as_ref()
        .filter(|name| *name != function.name() && !scope.is_of_trait());
    let blocking = blocking.filter(|_| function.body.is_some()).map(|name| {
        blocking::blocking(
            &mended::mended(function.clone()),
            name,
            options.place.as_ref(),
            options.catch.is_some() || options.wants_remote(),
        )
    });
    quote!(#promised #blocking #errors)
}

/// Output: `pub fn load(path: &mut Path) -> P::Offload<R> { .. __offload_kept(move || -> R { BODY }); loop {} }`
fn promised(options: &Options, function: &Function, scope: &Scope<'_>) -> TokenStream {
    let span = here(function.at);
    let output = output::lower(&function.sig, &options.path, span);
    let path = options.path.at(output.span);
    let shown = options.path.shown_at(output.span);
    let awaited = awaited(&function.sig, &output.awaited, scope);
    let Promised { head, bounds } = signature(function, scope);
    let end = if function.is_declaration() {
        quote_spanned!(span=> -> impl ::core::future::Future<Output = #awaited> #bounds;)
    } else {
        let body = if scope.elsewhere().is_some() {
            quote!({ loop {} })
        } else {
            let lasts = lasts(&function.sig, scope);
            kept_body(function, options, &path, &output, lasts)
        };
        if scope.awaits() {
            let output = &function.sig.output;
            quote_spanned!(span=> #output #bounds #body)
        } else {
            quote_spanned!(span=> -> #shown::Offload::<#awaited> #bounds #body)
        }
    };
    let attrs = attribute::promised(&function.attrs);
    quote!(#(#attrs)* #[allow(refining_impl_trait, unused)] #head #end)
}

/// The function. If it was refused because it returns a future, it returns the output of the future instead.
fn awaited_once(function: &Function) -> Function {
    let mut function = function.clone();
    let ReturnType::Type(arrow, ty) = function.sig.output.clone() else {
        return function;
    };
    let Some(yields) = future::find(&ty).and_then(|found| found.yields) else {
        return function;
    };
    function.sig.output = ReturnType::Type(arrow, Box::new(yields.clone()));
    // Outside of `async` the body would have `await`s that cannot be there.
    let is_async = function.sig.asyncness.is_some();
    function.body = function.body.map(|braces| {
        let body = match output::find_opaque(yields) {
            _ if is_async => quote!(loop {}),
            Some(_) => yielded(&braces),
            None => made(&ty, yields, &braces),
        };
        body::regroup(&braces, body)
    });
    function
}

/// The body that makes the future: rustc reports nothing that is imported for it, or for its type, as unused.
fn made(ty: &Type, yields: &Type, braces: &Group) -> TokenStream {
    let Type::ImplTrait(opaque) = borrow::peel(ty) else {
        // A call of a function that was refused too gives another type now.
        let boxes = ["Box", "boxed", "boxed_local"];
        let boxes = boxes
            .iter()
            .any(|name| body::mentions(braces.stream(), name));
        let given = boxes.then(|| quote!(-> #ty));
        return quote! {
            fn __offload_made<R>(_: impl ::core::ops::FnOnce() -> R) {}
            let _: ::core::option::Option<#ty> = ::core::option::Option::None;
            __offload_made(move || #given #braces);
            loop {}
        };
    };
    let named = opaque.bounds.iter().filter(|bound| future::is_named(bound));
    quote! {
        fn __offload_made<R, F: ::core::future::Future<Output = R>>(_: impl ::core::ops::FnOnce() -> F) {}
        #(let _: ::core::option::Option<&dyn #named> = ::core::option::Option::None;)*
        __offload_made::<#yields, _>(move || #braces);
        loop {}
    }
}

/// The same if the future yields an `impl Trait`, whose type only the body shows.
fn yielded(braces: &Group) -> TokenStream {
    quote! {
        fn __offload_yielded<R, F: ::core::future::Future<Output = R>>(_: impl ::core::ops::FnOnce() -> F) -> R {
            loop {}
        }
        __offload_yielded(move || #braces)
    }
}

/// Output: `fn load(&self, path: &mut Path) -> P::Offload<R>;`
pub(crate) fn declaration(
    options: &Options,
    function: &Function,
    scope: &Scope<'_>,
) -> TokenStream {
    let function = &without_patterns(mended::mended(awaited_once(function)));
    let span = here(function.at);
    let output = output::lower(&function.sig, &options.path, span);
    let shown = options.path.shown_at(output.span);
    let awaited = awaited(&function.sig, &output.awaited, scope);
    let Promised { head, bounds } = signature(function, scope);
    let attrs = attribute::promised(&function.attrs);
    quote_spanned!(span=> #(#attrs)* #head -> #shown::Offload::<#awaited> #bounds;)
}

/// The function with a name or `_` for each argument: a declaration may have no patterns.
fn without_patterns(mut function: Function) -> Function {
    for input in &mut function.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => receiver.mutability = None,
            FnArg::Typed(argument) => {
                *argument.pat = match &*argument.pat {
                    Pat::Ident(plain) if plain.subpat.is_none() => {
                        let name = &plain.ident;
                        parse_quote!(#name)
                    }
                    pattern => parse_quote_spanned!(pattern.span()=> _),
                };
            }
        }
    }
    function
}

/// The signature of a function, without what was refused in it.
struct Promised {
    /// `pub fn load<T>(&self, path: &Path)`
    head: TokenStream,
    /// `where T: Read`
    bounds: TokenStream,
}

fn signature(function: &Function, scope: &Scope<'_>) -> Promised {
    let mut sig = function.sig.clone();
    (sig.constness, sig.abi, sig.variadic) = (None, None, None);
    sig.asyncness = scope
        .awaits()
        .then(|| Token![async](here(sig.ident.span())));
    let returns_self = self_type::find_bare(sig.output.to_token_stream()).is_some();
    sig.output = ReturnType::Default;
    if scope.may_be_unsized() && (returns_self || sig.receiver().is_none()) {
        let sized = parse_quote!(Self: ::core::marker::Sized);
        sig.generics.make_where_clause().predicates.push(sized);
    }
    let bounds = sig.generics.where_clause.take();
    if scope.elsewhere().is_some() {
        if let Some(FnArg::Receiver(receiver)) = sig.inputs.first_mut() {
            share(receiver);
        }
    }
    let (vis, default) = (&function.vis, &function.default);
    Promised {
        head: quote!(#vis #default #sig),
        bounds: bounds.to_token_stream(),
    }
}

/// Callers have only a `&` to the handle or the `Arc` that replaces the value.
fn share(receiver: &mut Receiver) {
    if receiver::is_arc(receiver) {
        receiver.kind = ReceiverKind::Value;
    }
    if let ReceiverKind::Reference(_, _, mutability) = &mut receiver.kind {
        *mutability = None;
    }
}

/// The return type as written: bounds that the macro adds to an `impl Trait` could cause another error. Without a body an
/// `impl Trait` cannot be inferred.
fn awaited(sig: &Signature, lowered: &TokenStream, scope: &Scope<'_>) -> TokenStream {
    match &sig.output {
        ReturnType::Type(_, ty) if matches!(borrow::peel(ty), Type::Never(_)) => lowered.clone(),
        ReturnType::Type(_, ty) if scope.elsewhere().is_some() => {
            output::without_inference(ty).to_token_stream()
        }
        ReturnType::Type(_, ty) if lasts(sig, scope) => output::lasting(ty).to_token_stream(),
        ReturnType::Type(_, ty) => ty.to_token_stream(),
        ReturnType::Default => lowered.clone(),
    }
}

/// Whether an `impl Trait` can get the bound `'static`: not if it names a lifetime, or may hold a value of a type parameter.
fn lasts(sig: &Signature, scope: &Scope<'_>) -> bool {
    if output::borrows(&sig.output) {
        return false;
    }
    let around = match scope {
        Scope::Inherent(_, generics) => generics.type_params().next().is_some(),
        _ => sig.receiver().is_some() || body::names_self_type(sig.to_token_stream()),
    };
    let own = sig.generics.type_params().next().is_some();
    !around && !own && !body::mentions(sig.inputs.to_token_stream(), "impl")
}

/// Keeps the body and the pool, so that their imports are not reported as unused.
fn kept_body(
    function: &Function,
    options: &Options,
    path: &TokenStream,
    output: &Output,
    lasts: bool,
) -> TokenStream {
    let sig = &function.sig;
    let place = options.place.iter().chain(&options.remote);
    let place = quote!(#(let _ = || { let _ = &(#place); };)*);
    let Some(body) = function.body.as_ref().filter(|_| keeps_body(sig)) else {
        return quote!({ #place loop {} });
    };
    let (passed, declared) = (&output.passed, &output.declared);
    let inner = match sig.safety {
        Safety::Unsafe(_) => quote!({ unsafe #body }),
        _ => body.to_token_stream(),
    };
    if output::has_opaque(&sig.output) {
        // Unreachable code may borrow.
        let ends = lasts.then(|| quote!(loop {}));
        return quote!({
            fn __offload_promised<R>(_: impl ::core::ops::FnOnce() -> R) -> #path::Offload<R> { loop {} }
            #place
            #ends
            __offload_promised::<#passed>(|| -> #declared #inner)
        });
    }
    if let Some(word) = &sig.asyncness {
        return quote!({ #place let _ = #word || -> #declared #inner; loop {} });
    }
    // It is called once with its arguments by value, so it may return borrows of them.
    quote!({
        fn __offload_kept<R>(_: impl ::core::ops::FnOnce() -> R) {}
        #place
        __offload_kept(move || -> #declared #inner);
        loop {}
    })
}

/// An `async` closure cannot return a borrow, and no closure can use arguments that were removed from the signature.
fn keeps_body(sig: &Signature) -> bool {
    let lends = match (&sig.output, sig.asyncness) {
        (ReturnType::Type(_, ty), Some(_)) => {
            borrow::find(ty).is_some() || output::has_opaque(&sig.output)
        }
        _ => false,
    };
    // Edition 2015 has no `async` closure, and rustc reports the `async fn`.
    let is_unknown = sig.asyncness.is_some() && item::is_of_2015();
    sig.variadic.is_none() && !lends && !is_unknown
}
