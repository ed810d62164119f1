//! `blocking = NAME`: the function as written, under that name, and the call of it.

use proc_macro2::{Delimiter, Group, Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::GenericParam;

use crate::attribute;
use crate::crate_path::here;
use crate::item::Function;
use crate::model::Model;

/// Output: the item as written, with its attributes and visibility, named `name`.
pub(crate) fn blocking(function: &Function, name: &Ident) -> TokenStream {
    let attrs = attribute::accepted(&function.attrs);
    let mut sig = function.sig.clone();
    sig.ident = name.clone();
    let (vis, body) = (&function.vis, &function.body);
    quote!(#(#attrs)* #vis #sig #body)
}

/// Output: `Self::name::<T, N>(__self, path, n)`
pub(crate) fn call(model: &Model<'_>, name: &Ident) -> TokenStream {
    let span = here(name.span());
    let generics = &model.function.sig.generics;
    let types: Vec<_> = generics
        .params
        .iter()
        .filter_map(|parameter| generic(model, parameter))
        .collect();
    let turbofish = (!types.is_empty()).then(|| quote_spanned!(span=> ::<#(#types),*>));
    let receiver = model.receiver.iter().map(|receiver| receiver.name.clone());
    let names = receiver.chain(model.arguments.iter().map(|argument| argument.name.clone()));
    let call = quote_spanned!(span=> Self::#name #turbofish(#(#names),*));
    if model.is_unsafe() {
        return quote_spanned!(span=> unsafe { #call });
    }
    call
}

/// What the call says for a parameter: lifetimes are inferred, and so is the copy that stands in for an `AsRef`.
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
