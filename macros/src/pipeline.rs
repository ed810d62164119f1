//! The road from the annotated tokens to the expansion.

use proc_macro2::TokenStream;

use crate::{expand, fallback, item, model, options};

/// Input: what stands between the parentheses of the attribute, and the item under it. Output: what replaces both.
pub(crate) fn run(options: TokenStream, item: TokenStream) -> TokenStream {
    let options = options::parse(options);
    let item = item::parse(item);
    match model::lower(&options, &item) {
        Ok(model) => expand::expand(&model),
        Err(errors) => fallback::expand(&errors, &options, &item),
    }
}
