//! The options of a method in an annotated block: its own, completed by those of the block.

use std::slice::from_ref;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident};
use syn::ext::IdentExt;
use syn::{Attribute, Ident, Meta};

use crate::diagnostics::{self, Errors};
use crate::parse::function::Function;
use crate::parse::naming::{self, Added};
use crate::parse::options::{Options, parse};
use crate::parse::{attribute, conflicts};

/// The options of the block, each replaced by what the method says itself.
pub(crate) fn options(block: &Options, suffix: Option<&Ident>, function: &mut Function) -> Options {
    let own = attribute::take_options(&mut function.attrs);
    let mut own = own.iter();
    let name = function.name();
    let mut options = match own.next() {
        Some(attr) => of_attribute(attr),
        None => parse(TokenStream::new(), naming::OF_FUNCTION),
    };
    for attr in own {
        options.errors.push(diagnostics::repeated_attribute(attr));
    }
    if options.names_version().is_none() {
        let named =
            suffix.map(|suffix| format_ident!("{}{suffix}", name.unraw(), span = name.span()));
        if block.asynchronous.is_some() {
            options.asynchronous = Some(named.map_or(Added::Misnamed, Added::Called));
        } else {
            options.blocking = named;
        }
    }
    options.or(block)
}

/// Whether this is `#[offload(skip)]`.
pub(crate) fn skips(attr: &Attribute) -> bool {
    let options = of_attribute(attr);
    options.skips() && options.errors.is_empty()
}

/// Refuses the attribute of a method whose block has an owner: all that can be said there is `skip`.
pub(crate) fn refuse(attr: &Attribute, owner: Option<&Ident>, errors: &mut Errors) {
    let options = of_attribute(attr);
    if !options.errors.is_empty() {
        errors.of_part(None, options.errors);
        return;
    }
    let Some((key, owner)) = options.names.iter().find(|key| *key != "skip").zip(owner) else {
        errors.push(diagnostics::repeated_attribute(attr));
        return;
    };
    let conflict = conflicts::of(key, from_ref(owner), naming::OF_BLOCK);
    errors.push(conflict.unwrap_or_else(|| diagnostics::option_of_handle(key)));
}

/// Reads the options between the parentheses of an attribute further down.
fn of_attribute(attr: &Attribute) -> Options {
    let tokens = match &attr.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(pair) => pair.value.to_token_stream(),
    };
    parse(tokens, naming::OF_FUNCTION)
}
