//! The path of the library in generated code, with the span of the code that needs it.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

use crate::package;
use crate::parse::editor;

/// The path to the crate: what `crate = ...` says, or else `::tokio_offload`, under the name that Cargo.toml gives it.
#[derive(Clone)]
pub(crate) struct CratePath(Option<TokenStream>);

impl CratePath {
    pub(crate) fn default_path() -> Self {
        Self(None)
    }

    pub(crate) fn custom(path: &syn::Path) -> Self {
        Self(Some(path.to_token_stream()))
    }

    /// This path if it was given, else the other.
    pub(crate) fn or(self, other: &Self) -> Self {
        Self(self.0.or_else(|| other.0.clone()))
    }

    /// The value of `crate = ..`.
    pub(crate) fn given(&self) -> Option<&TokenStream> {
        self.0.as_ref()
    }

    /// The hidden module, as a path with this span, so that rustc reports errors there and not at the attribute.
    pub(crate) fn at(&self, span: Span) -> TokenStream {
        let here = here(span);
        let Some(path) = &self.0 else {
            let name = default_name(here);
            return quote_spanned!(here=> ::#name::__private);
        };
        // If the path does not resolve, rustc reports the option: the first segment decides the span of the whole path.
        let mut at = here;
        let path = path
            .clone()
            .into_iter()
            .enumerate()
            .map(|(index, mut token)| {
                let is_name = index > 0 && matches!(token, TokenTree::Ident(_));
                if is_name {
                    at = self::here(token.span());
                } else if !editor::is_running() {
                    token.set_span(token.span().located_at(span));
                }
                token
            });
        let path: Vec<TokenTree> = path.collect();
        let private = Ident::new("__private", at);
        quote!(#(#path)*::#private)
    }

    /// The path of `Offload` in signatures, which people read in editors: the crate itself. With `crate = ..` only the hidden module is
    /// known to exist.
    pub(crate) fn shown_at(&self, span: Span) -> TokenStream {
        match &self.0 {
            None => {
                let name = default_name(here(span));
                quote_spanned!(here(span)=> ::#name)
            }
            Some(_) => self.at(span),
        }
    }
}

fn default_name(span: Span) -> Ident {
    let package = package::current();
    Ident::new(
        package.other_name.as_deref().unwrap_or("tokio_offload"),
        span,
    )
}

/// A span for generated names: they cannot collide with the user's, and errors about them are shown at `span`.
pub(crate) fn here(span: Span) -> Span {
    if editor::is_running() {
        return Span::mixed_site();
    }
    Span::mixed_site().located_at(span)
}
