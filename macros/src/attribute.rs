//! The attributes under `#[offload]`: which are refused, and where the others go.

use proc_macro2::{Ident, Span, TokenTree};
use syn::Attribute;

use crate::diagnostics::{self, Errors};

/// Refuses what would be wrong on the asynchronous function.
pub(crate) fn judge(attrs: &[Attribute], errors: &mut Errors) {
    for attr in attrs {
        match refusal(attr) {
            Some(Refusal::Repeated) => errors.push(diagnostics::repeated_attribute(attr)),
            Some(Refusal::Traced) => errors.push(diagnostics::traced_hand_over(attr)),
            Some(Refusal::Symbol) => errors.push(diagnostics::exported_symbol(attr)),
            None => {}
        }
    }
}

/// The attributes that are not refused.
pub(crate) fn accepted(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attr| refusal(attr).is_none())
}

/// The attributes of the asynchronous function beside a blocking one: there `expect` is fulfilled in the latter, so
/// here it only allows.
pub(crate) fn beside_twin(attrs: &[Attribute]) -> Vec<Attribute> {
    attrs.iter().cloned().map(allowing).collect()
}

/// The attributes of an argument: those that decide whether it exists, and those the body's own binding carries.
pub(crate) fn split(attrs: &[Attribute]) -> (Vec<Attribute>, Vec<Attribute>) {
    attrs
        .iter()
        .cloned()
        .partition(|attr| attr.path().is_ident("cfg"))
}

enum Refusal {
    Repeated,
    Traced,
    Symbol,
}

fn refusal(attr: &Attribute) -> Option<Refusal> {
    let last = attr.path().segments.last()?;
    match last.ident.to_string().as_str() {
        "offload" => Some(Refusal::Repeated),
        "instrument" => Some(Refusal::Traced),
        "no_mangle" | "export_name" => Some(Refusal::Symbol),
        "unsafe" if names_symbol(attr) => Some(Refusal::Symbol),
        _ => None,
    }
}

/// Whether `#[unsafe(..)]` holds one of the attributes that name a symbol.
fn names_symbol(attr: &Attribute) -> bool {
    let Ok(list) = attr.meta.require_list() else {
        return false;
    };
    matches!(
        list.tokens.clone().into_iter().next(),
        Some(TokenTree::Ident(word)) if word == "no_mangle" || word == "export_name"
    )
}

fn allowing(mut attr: Attribute) -> Attribute {
    if attr.path().is_ident("expect") {
        if let syn::Meta::List(list) = &mut attr.meta {
            list.path = Ident::new("allow", Span::call_site()).into();
        }
    }
    attr
}
