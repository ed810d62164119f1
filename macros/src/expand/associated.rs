//! The constants and types of an asynchronous trait.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Token, TraitItem, TraitItemConst};

use crate::parse::{attribute, block::Member, crate_path::here};
use crate::tokens::body;

/// A member of the asynchronous trait.
#[derive(Default)]
pub(super) struct InBoth {
    /// In the trait.
    pub(super) declared: TokenStream,
    /// In its implementation for `Arc<T>`.
    pub(super) defined: TokenStream,
}

/// A constant or a type: declared as written, and defined as in the blocking trait. Macro calls stay in the blocking trait only.
pub(super) fn item(member: &Member, blocker: &Ident, blocking: &TokenStream) -> InBoth {
    let tokens = member.written();
    match syn::parse2(tokens.clone()) {
        Ok(TraitItem::Const(item)) => {
            let (name, ty, cfgs) = (&item.ident, &item.ty, attribute::cfgs(&item.attrs));
            let defined = quote!(#(#cfgs)* const #name: #ty = <#blocker as #blocking>::#name;);
            // With a macro's span, because the blocking trait may be the only one whose methods use it.
            let const_token = Token![const](here(item.const_token.span));
            let declared = TraitItemConst {
                const_token,
                ..item
            }
            .into_token_stream();
            InBoth { declared, defined }
        }
        Ok(TraitItem::Type(item)) => {
            let (name, cfgs) = (&item.ident, attribute::cfgs(&item.attrs));
            let (generics, arguments, bounds) = item.generics.split_for_impl();
            let defined = quote! {
                #(#cfgs)*
                type #name #generics = <#blocker as #blocking>::#name #arguments #bounds;
            };
            InBoth {
                declared: tokens,
                defined,
            }
        }
        _ => InBoth::default(),
    }
}

/// The associated types without parameters that methods have as arguments or return types.
pub(super) fn travelling(members: &[Member]) -> impl Iterator<Item = Ident> + '_ {
    let signatures: TokenStream = members
        .iter()
        .filter_map(Member::function)
        .map(|function| function.sig.to_token_stream())
        .collect();
    let types = members.iter().filter_map(|member| match member {
        Member::Other(tokens) => match syn::parse2(tokens.clone()) {
            Ok(TraitItem::Type(item)) if item.generics.params.is_empty() => Some(item.ident),
            _ => None,
        },
        Member::Function(_) => None,
    });
    types.filter(move |name| body::mentions(signatures.clone(), name))
}
