//! The road from the annotated tokens to the expansion.

use proc_macro2::TokenStream;
use quote::quote;

use crate::item::{self, Function, Item};
use crate::options::{self, Options};
use crate::scope::Scope;
use crate::{expand, fallback, handle, impl_block, model, offloaded_trait};

/// Input: what stands between the parentheses of the attribute, and the item under it. Output: what replaces both.
pub(crate) fn run(options: TokenStream, item: TokenStream) -> TokenStream {
    let item = item::parse(item);
    let mut options = options::parse(options, item.blocking_example());
    if item.is_of_trait() {
        options.refuse_remote();
    } else if options.key("owner").is_some() {
        // They exclude each other, which has been said; there is nothing more to say about each method.
        options.remote = None;
    }
    match item {
        Item::Function(item) => function(&options, &item, &Scope::Alone),
        Item::Block(block) if options.key("owner").is_some() => handle::expand(&options, *block),
        Item::Block(block) => impl_block::expand(&options, *block),
        Item::Trait(item) => offloaded_trait::expand(&options, *item),
        Item::Other(other) => {
            let (tokens, mut errors) = (&other.tokens, options.errors);
            errors.push(other.reason.error());
            quote!(#tokens #errors)
        }
    }
}

/// One function, wherever it stands.
pub(crate) fn function(options: &Options, function: &Function, scope: &Scope<'_>) -> TokenStream {
    match model::lower(options, function, scope) {
        Ok(model) => expand::expand(&model),
        Err(errors) => fallback::expand(&errors, options, function, scope),
    }
}
