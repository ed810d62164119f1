//! The options of a method in an annotated block: its own, and for the rest those of the block.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident};
use syn::ext::IdentExt;
use syn::{Attribute, Ident, Meta};

use crate::diagnostics;
use crate::parse::attribute;
use crate::parse::function::Function;
use crate::parse::options::{Options, parse};

/// The options of the block, each replaced by what the method says itself.
pub(crate) fn options(block: &Options, suffix: Option<&Ident>, function: &mut Function) -> Options {
    let own = attribute::take_options(&mut function.attrs);
    let mut own = own.iter();
    let name = function.name();
    let mut options = match own.next() {
        Some(attr) => of_attribute(attr, "load_blocking"),
        None => parse(TokenStream::new(), "load_blocking"),
    };
    for attr in own {
        options.errors.push(diagnostics::repeated_attribute(attr));
    }
    if options.key("blocking").is_none() {
        options.blocking =
            suffix.map(|suffix| format_ident!("{}{suffix}", name.unraw(), span = name.span()));
    }
    options.or(block)
}

/// Reads the options between the parentheses of an attribute further down.
fn of_attribute(attr: &Attribute, example: &str) -> Options {
    let tokens = match &attr.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(pair) => pair.value.to_token_stream(),
    };
    parse(tokens, example)
}
