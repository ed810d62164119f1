//! `blocking = NAME`: the function as written, under that name, and the call of it from the asynchronous one.

use proc_macro2::{Delimiter, Group, Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, FnArg, GenericParam, Signature, parse_quote_spanned};

use crate::model::Model;
use crate::model::blocking::BlockingVersion;
use crate::model::receiver::Own;
use crate::model::scope::Builds;
use crate::parse::crate_path::here;
use crate::parse::function::Function;
use crate::{
    expand::{crossing, lints},
    model::argument,
    parse::attribute,
    tokens::body,
};

/// Output: the item as written, with its attributes and visibility, named `name`. `fails`: failures of the call become errors of the
/// function.
pub(crate) fn blocking(
    function: &Function,
    name: &Ident,
    place: Option<&Expr>,
    fails: bool,
) -> TokenStream {
    let allowed = lints::of_blocking(function, place, fails);
    let attrs = attribute::accepted(&function.attrs);
    let mut sig = function.sig.clone();
    sig.ident = name.clone();
    allow_unused(&mut sig, place);
    let (vis, body) = (&function.vis, &function.body);
    quote!(#(#attrs)* #allowed #vis #sig #body)
}

/// An argument that only `pool` uses would be reported as unused in the blocking version.
pub(crate) fn allow_unused(sig: &mut Signature, place: Option<&Expr>) {
    let Some(place) = place else {
        return;
    };
    for input in &mut sig.inputs {
        let FnArg::Typed(argument) = input else {
            continue;
        };
        let Some(name) = argument::plain_name(argument) else {
            continue;
        };
        if body::mentions(place.to_token_stream(), name) {
            let allowed = parse_quote_spanned!(here(name.span())=> #[allow(unused_variables)]);
            argument.attrs.push(allowed);
        }
    }
}

/// Output: `Self::name::<T, N>(__self, path, n)`, where `callee` is the path of the blocking version.
pub(crate) fn call(model: &Model<'_>, callee: &TokenStream) -> TokenStream {
    let span = here(model.function.at);
    let generics = &model.function.sig.generics;
    let types: Vec<_> = generics
        .params
        .iter()
        .filter_map(|parameter| generic(model, parameter))
        .collect();
    let turbofish = (!types.is_empty()).then(|| quote_spanned!(span=> ::<#(#types),*>));
    let receiver = model
        .receiver
        .iter()
        .map(|own| match (&model.blocking, own) {
            // With an explicit dereference: after a mistake in the signature rustc does not dereference the `Arc` by itself.
            (BlockingVersion::Elsewhere(_), Own { name, .. })
                if !own.is_lent() && !own.is_shared() =>
            {
                quote_spanned!(span=> &**#name)
            }
            (_, Own { name, .. }) => name.to_token_stream(),
        });
    let arguments = model.arguments.iter().map(crossing::own_name);
    let names = receiver.chain(arguments.map(ToTokens::into_token_stream));
    let call = quote_spanned!(span=> #callee #turbofish(#(#names),*));
    if model.is_unsafe() {
        return quote_spanned!(span=> unsafe { #call });
    }
    call
}

/// Output: the call itself, or around it what lends it the value of a handle:
/// `__offload_loan.with(|__self| Db::load(__self, key))`, or what keeps the value it builds:
/// `Self { owner: __offload_builder.keep(Db::new(size)) }`.
pub(crate) fn on_value(model: &Model<'_>, call: TokenStream) -> TokenStream {
    let span = here(model.function.at);
    if let Some(own) = model.receiver.as_ref().filter(|own| own.is_lent()) {
        let (loan, name) = (
            model.function.fresh("__offload_loan", here(own.word.span)),
            &own.name,
        );
        return quote_spanned!(span=> #loan.with(|#name| #call));
    }
    let Some(Builds { ty, surely }) = model.builds else {
        return call;
    };
    let builder = model.function.fresh("__offload_builder", span);
    if *surely {
        return quote_spanned!(span=> Self { owner: #builder.keep(#call) });
    }
    let value = model.function.fresh("__offload_value", span);
    let path = model.path.at(model.output.span);
    quote_spanned! {span=>
        #path::build::<#ty, _, _>(#call, |#value| Self { owner: #builder.keep(#value) })
    }
}

/// The generic argument that the call passes for a parameter. Lifetimes are inferred, and so is the copy that replaces an `AsRef`.
fn generic(model: &Model<'_>, parameter: &GenericParam) -> Option<TokenStream> {
    match parameter {
        GenericParam::Type(parameter)
            if model
                .owned
                .iter()
                .any(|owned| owned.name == parameter.ident) =>
        {
            Some(quote_spanned!(here(parameter.ident.span())=> _))
        }
        GenericParam::Type(parameter) => Some(parameter.ident.to_token_stream()),
        GenericParam::Const(parameter) => Some(parameter.ident.to_token_stream()),
        GenericParam::Lifetime(_) => None,
    }
}

pub(crate) fn empty_body() -> Group {
    Group::new(Delimiter::Brace, TokenStream::new())
}
