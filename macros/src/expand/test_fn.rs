//! `#[test]`: a test that fails when it blocks its runtime.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Attribute;

use crate::diagnostics::{self, Errors};
use crate::expand::main_fn;
use crate::parse::crate_path::here;
use crate::parse::entry::{self, EntryOptions, Names};
use crate::parse::function::Function;
use crate::parse::item::{self, Item, Reason};

const NAMES: Names = Names {
    limit: "deny_blocking",
    foreign: diagnostics::test_option,
};

/// Input: the arguments of the attribute, and the function under it.
pub(crate) fn run(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut written = item.clone();
    let options = entry::parse(options, &NAMES);
    let mut errors = options.errors.clone();
    match item::parse(item) {
        Item::Function(function) => {
            check(&function, &options, &mut errors);
            if let Some(limit) = options.limit.filter(|_| errors.is_empty()) {
                return expand(*function, &options, limit);
            }
            let silenced = main_fn::silenced(*function, "test").written();
            written = quote!(#[allow(dead_code)] #silenced);
        }
        Item::Block(block) => errors.push(diagnostics::test_wrong_item(&block.head.impl_token)),
        Item::Trait(item) => errors.push(diagnostics::test_wrong_item(&item.head.trait_token)),
        Item::Other(other) => errors.push(match &other.reason {
            Reason::Kind(keyword, _) => diagnostics::test_wrong_item(keyword),
            unreadable @ Reason::Unreadable(_) => unreadable.error(),
        }),
    }
    quote!(#written #errors)
}

fn check(function: &Function, options: &EntryOptions, errors: &mut Errors) {
    let sig = &function.sig;
    match sig.asyncness {
        None => errors.push(match main_fn::runtime(function, "test") {
            Some(attr) if is_of_std(attr) => diagnostics::runtime_above(sig.fn_token),
            Some(attr) => diagnostics::blocking_under_runtime(sig.fn_token, attr),
            None => diagnostics::test_blocking(sig.fn_token),
        }),
        Some(word) if main_fn::runtime(function, "test").is_none() => {
            errors.push(diagnostics::test_asynchronous(word));
        }
        Some(_) => {}
    }
    if options.limit_key.is_none() {
        errors.push(diagnostics::test_without_limit(function.name()));
    }
}

/// Whether this is the `#[::core::prelude::v1::test]` that the attribute of a runtime leaves behind.
fn is_of_std(attr: &Attribute) -> bool {
    attr.path()
        .segments
        .iter()
        .any(|part| part.ident == "prelude")
}

/// Output: the function with the body `{ let __offload_denied = P::watch::deny(..); { .. } }`. The return value is computed before the
/// check.
fn expand(mut function: Function, options: &EntryOptions, limit: u64) -> TokenStream {
    let span = here(function.at);
    let path = options.path.at(span);
    let Some(body) = function.body.take() else {
        return function.written();
    };
    let Function {
        attrs,
        vis,
        default,
        sig,
        ..
    } = &function;
    quote_spanned! {span=>
        #(#attrs)*
        #vis #default #sig {
            let __offload_denied = #path::watch::deny(#limit);
            #body
        }
    }
}
