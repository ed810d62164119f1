//! Conditional compilation, as far as attributes show it: when an item or a part of one exists.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Meta, Token, parse_quote_spanned};

/// A `#[cfg_attr(predicate, chosen, ..)]`.
pub(crate) struct Choice {
    pub(crate) predicate: TokenStream,
    pub(crate) chosen: Vec<Attribute>,
}

impl Choice {
    pub(crate) fn of(attr: &Attribute) -> Option<Self> {
        let list = attr.meta.require_list().ok()?;
        if !list.path.is_ident("cfg_attr") {
            return None;
        }
        let metas = list
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .ok()?;
        let mut metas = metas.into_iter();
        let predicate = metas.next()?.into_token_stream();
        let chosen = metas.map(|meta| parse_quote_spanned!(meta.span()=> #[#meta]));
        Some(Self {
            predicate,
            chosen: chosen.collect(),
        })
    }
}

/// The attributes without a choice inside another one: `cfg_attr(a, cfg_attr(b, c))` is `cfg_attr(all(a, b), c)`.
pub(crate) fn flat(attrs: Vec<Attribute>) -> Vec<Attribute> {
    attrs.into_iter().flat_map(flat_choice).collect()
}

fn flat_choice(attr: Attribute) -> Vec<Attribute> {
    let outer = match Choice::of(&attr) {
        Some(outer) if outer.chosen.iter().any(|attr| Choice::of(attr).is_some()) => outer,
        _ => return vec![attr],
    };
    let predicate = outer.predicate;
    let mut flat = Vec::new();
    for attr in outer.chosen {
        if let Some(inner) = Choice::of(&attr) {
            let (also, chosen) = (inner.predicate, inner.chosen.iter().map(|attr| &attr.meta));
            flat.extend(flat_choice(parse_quote_spanned! {attr.span()=>
                #[cfg_attr(all(#predicate, #also), #(#chosen),*)]
            }));
        } else {
            let chosen = &attr.meta;
            flat.push(parse_quote_spanned!(attr.span()=> #[cfg_attr(#predicate, #chosen)]));
        }
    }
    flat
}

/// Whether the attribute decides if what it stands on exists.
pub(crate) fn decides(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg")
        || Choice::of(attr).is_some_and(|choice| choice.chosen.iter().any(decides))
}

/// The predicate under which an item with these attributes exists, if they have one.
pub(crate) fn predicate(attrs: &[Attribute]) -> Option<TokenStream> {
    let predicates: Vec<_> = attrs.iter().filter_map(of_attribute).collect();
    match predicates.as_slice() {
        [] => None,
        [predicate] => Some(predicate.clone()),
        all => Some(quote!(all(#(#all),*))),
    }
}

fn of_attribute(attr: &Attribute) -> Option<TokenStream> {
    if attr.path().is_ident("cfg") {
        return Some(attr.meta.require_list().ok()?.tokens.clone());
    }
    let Choice {
        predicate: chosen_if,
        chosen,
    } = Choice::of(attr)?;
    let inside = predicate(&chosen)?;
    Some(quote_spanned!(attr.span()=> any(not(#chosen_if), #inside)))
}
