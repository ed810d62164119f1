//! The attributes under `#[offload]`: which are refused, and which generated item gets the others.

use proc_macro2::{Ident, Span, TokenTree};
use syn::spanned::Spanned;
use syn::{Attribute, Meta, parse_quote_spanned};

use crate::diagnostics::{self, Errors};
use crate::tokens::cfg::{self, Choice};

/// Refuses attributes that would be wrong on the asynchronous function.
pub(crate) fn check(attrs: &[Attribute], errors: &mut Errors) {
    for attr in attrs {
        if let Some(Choice { predicate, chosen }) = Choice::of(attr) {
            let mut found = Errors::default();
            check(&chosen, &mut found);
            errors.of_part(Some(&predicate), found);
            continue;
        }
        match refusal(attr) {
            Some(Refusal::Repeated) => errors.push(diagnostics::repeated_attribute(attr)),
            Some(Refusal::Traced) => errors.push(diagnostics::traced_hand_over(attr)),
            Some(Refusal::Symbol) => errors.push(diagnostics::exported_symbol(attr)),
            Some(Refusal::Test) => errors.push(diagnostics::offloaded_test(attr)),
            Some(Refusal::Main) => errors.push(diagnostics::offloaded_main(attr)),
            None => {}
        }
    }
}

/// Whether the function is a test or the start of a program, which cannot be offloaded.
pub(crate) fn makes_start(attrs: &[Attribute]) -> bool {
    attrs
        .iter()
        .any(|attr| matches!(refusal(attr), Some(Refusal::Test | Refusal::Main)))
}

/// Whether the function is the start of a program.
pub(crate) fn makes_main(attrs: &[Attribute]) -> bool {
    let mut refusals = attrs.iter().filter_map(refusal);
    refusals.any(|refusal| matches!(refusal, Refusal::Main))
}

/// Takes the `#[offload(..)]` out of the attributes of a method in an annotated block.
pub(crate) fn take_options(attrs: &mut Vec<Attribute>) -> Vec<Attribute> {
    let (options, rest) = std::mem::take(attrs)
        .into_iter()
        .partition(|attr| matches!(refusal(attr), Some(Refusal::Repeated)));
    *attrs = rest;
    options
}

/// Whether a method of an annotated block has an `#[offload(..)]` of its own.
pub(crate) fn has_options(attrs: &[Attribute]) -> bool {
    attrs
        .iter()
        .any(|attr| matches!(refusal(attr), Some(Refusal::Repeated)))
}

/// Removes attributes that give a function a symbol of its own. The function as written keeps them.
pub(crate) fn drop_symbols(attrs: &mut Vec<Attribute>) {
    attrs.retain(|attr| !gives_symbol(attr));
}

fn gives_symbol(attr: &Attribute) -> bool {
    match Choice::of(attr) {
        Some(choice) => choice.chosen.iter().any(gives_symbol),
        None => matches!(refusal(attr), Some(Refusal::Symbol)),
    }
}

/// The first attribute that is neither of the language nor of its tools: a macro that will rewrite the item, such as
/// `#[async_trait]` under whatever name it was imported, also if only a `cfg_attr` brings it.
pub(crate) fn rewriting(attrs: &[Attribute]) -> Option<&Attribute> {
    attrs.iter().find(|attr| is_macro(attr))
}

fn is_macro(attr: &Attribute) -> bool {
    if let Some(choice) = Choice::of(attr) {
        return choice.chosen.iter().any(is_macro);
    }
    let Some(first) = attr.path().segments.first() else {
        return false;
    };
    let name = first.ident.to_string();
    !name.starts_with("rustc_") && !OF_LANGUAGE.contains(&name.as_str())
}

/// Attributes on an `impl` block or a method that change no tokens, and the first segments of tool attributes.
const OF_LANGUAGE: [&str; 24] = [
    "allow",
    "automatically_derived",
    "cfg",
    "clippy",
    "cold",
    "coverage",
    "deny",
    "deprecated",
    "diagnostic",
    "doc",
    "expect",
    "export_name",
    "forbid",
    "inline",
    "link_section",
    "must_use",
    "no_mangle",
    "offload",
    "rust_analyzer",
    "rustfmt",
    "target_feature",
    "track_caller",
    "unsafe",
    "warn",
];

/// Removes the attributes of a method in an annotated block that must be expanded before it is offloaded: those that trace the
/// body, and any that is above an `#[offload]` on the method.
pub(crate) fn take_earlier(attrs: &mut Vec<Attribute>) -> Vec<Attribute> {
    let own = attrs
        .iter()
        .position(|attr| matches!(refusal(attr), Some(Refusal::Repeated)));
    let mut index = 0;
    let (earlier, rest) = std::mem::take(attrs).into_iter().partition(|attr| {
        let above = own.is_some_and(|own| index < own);
        index += 1;
        traces(attr) || above && is_macro(attr)
    });
    *attrs = rest;
    earlier
}

fn traces(attr: &Attribute) -> bool {
    match Choice::of(attr) {
        Some(choice) => choice.chosen.iter().any(traces),
        None => matches!(refusal(attr), Some(Refusal::Traced)),
    }
}

/// The attributes that decide whether an item exists.
pub(crate) fn cfgs(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attr| cfg::decides(attr))
}

/// The attributes that are not refused.
pub(crate) fn accepted(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attr| is_accepted(attr))
}

fn is_accepted(attr: &Attribute) -> bool {
    match Choice::of(attr) {
        Some(choice) => choice.chosen.iter().all(is_accepted),
        None => refusal(attr).is_none(),
    }
}

/// The attributes that a method without a body can have, in the asynchronous version of a trait: only the blocking one has bodies.
pub(crate) fn declared(attrs: &[Attribute]) -> Vec<Attribute> {
    accepted(attrs).filter_map(without_body).collect()
}

fn without_body(attr: &Attribute) -> Option<Attribute> {
    let Some(Choice { predicate, chosen }) = Choice::of(attr) else {
        let of_body = |name: &&str| attr.path().is_ident(name);
        return (!OF_BODY.iter().any(of_body)).then(|| attr.clone());
    };
    let chosen: Vec<_> = chosen.iter().filter_map(without_body).collect();
    let metas = chosen.iter().map(|attr| &attr.meta);
    (!chosen.is_empty())
        .then(|| parse_quote_spanned!(attr.span()=> #[cfg_attr(#predicate, #(#metas),*)]))
}

/// Attributes that the compiler refuses on a method without a body.
const OF_BODY: [&str; 4] = ["cold", "inline", "link_section", "target_feature"];

/// The attributes of a function that was refused. An `expect` becomes an `allow`, since it may not be fulfilled.
pub(crate) fn promised(attrs: &[Attribute]) -> impl Iterator<Item = Attribute> {
    accepted(attrs).cloned().map(allowing)
}

/// The attributes of the asynchronous function. Beside a blocking one, where `expect` is fulfilled, it only allows; and
/// a bare `must_use` says no more than the type that is returned.
pub(crate) fn asynchronous(attrs: &[Attribute], beside_blocking: bool) -> Vec<Attribute> {
    let says_more =
        |attr: &&Attribute| !matches!(&attr.meta, Meta::Path(path) if path.is_ident("must_use"));
    let kept = attrs.iter().filter(says_more).cloned();
    if beside_blocking {
        return kept.map(allowing).collect();
    }
    kept.collect()
}

/// The attributes of an argument: `cfg`s, and those for the binding in the body.
pub(crate) fn split(attrs: &[Attribute]) -> (Vec<Attribute>, Vec<Attribute>) {
    attrs.iter().cloned().partition(cfg::decides)
}

enum Refusal {
    Repeated,
    Traced,
    Symbol,
    Test,
    Main,
}

fn refusal(attr: &Attribute) -> Option<Refusal> {
    let last = attr.path().segments.last()?;
    match last.ident.to_string().as_str() {
        "offload" => Some(Refusal::Repeated),
        "instrument" => Some(Refusal::Traced),
        "test" => Some(Refusal::Test),
        "main" => Some(Refusal::Main),
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
    if let Some(Choice { predicate, chosen }) = Choice::of(&attr) {
        let chosen = chosen.into_iter().map(|attr| allowing(attr).meta);
        return parse_quote_spanned!(attr.span()=> #[cfg_attr(#predicate, #(#chosen),*)]);
    }
    if attr.path().is_ident("expect") {
        if let Meta::List(list) = &mut attr.meta {
            list.path = Ident::new("allow", Span::call_site()).into();
        }
    }
    attr
}
