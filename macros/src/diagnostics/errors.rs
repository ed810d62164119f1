//! The mistakes found so far, each with the `cfg` under which it exists.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Error;

use crate::package;

/// The mistakes found so far, in the order of the source.
#[derive(Clone, Default)]
pub(crate) struct Errors(Vec<Mistake>);

#[derive(Clone)]
struct Mistake {
    error: Error,
    /// The predicate of the `cfg` that decides whether the whole member exists.
    whole: Option<TokenStream>,
    /// The predicate of the `cfg` on the part of it that has the mistake.
    part: Option<TokenStream>,
}

impl Errors {
    pub(crate) fn push(&mut self, error: Error) {
        self.0.push(Mistake {
            error,
            whole: None,
            part: None,
        });
    }

    /// Adds the mistakes of a part that exists only under this predicate, if it has one.
    pub(crate) fn of_part(&mut self, predicate: Option<&TokenStream>, found: Self) {
        self.0.extend(found.0.into_iter().map(|mistake| Mistake {
            part: mistake.part.or_else(|| predicate.cloned()),
            ..mistake
        }));
    }

    /// The mistakes of a member of a block that exists only under this predicate, if it has one. (A whole item that its `cfg`
    /// removes is never passed to the attribute.)
    pub(crate) fn of_item(self, predicate: Option<&TokenStream>) -> Self {
        let mistakes = self.0.into_iter().map(|mistake| Mistake {
            whole: mistake.whole.or_else(|| predicate.cloned()),
            ..mistake
        });
        Self(mistakes.collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The predicates of the parts, if without those parts there would be no mistake.
    pub(crate) fn parts(&self) -> Option<Vec<TokenStream>> {
        let parts: Option<Vec<_>> = self.0.iter().map(|mistake| mistake.part.clone()).collect();
        parts.filter(|parts| !parts.is_empty())
    }
}

impl ToTokens for Errors {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for Mistake { error, whole, part } in &self.0 {
            let error = said(error);
            let predicates: Vec<_> = whole.iter().chain(part).collect();
            tokens.extend(quote!(#(#[cfg(#predicates)])* #error));
        }
    }
}

/// The error as tokens. In edition 2015, where programs have no `::core`, the path in front is one of this crate, for which
/// rustc adds a note about macros.
fn said(error: &Error) -> TokenStream {
    let error = error.to_compile_error();
    if !package::current().is_of_2015 {
        return error;
    }
    let mut in_path = true;
    let tokens = error.into_iter().map(|mut token| {
        in_path &= !matches!(&token, TokenTree::Punct(sign) if sign.as_char() == '!');
        if in_path {
            token.set_span(Span::mixed_site().located_at(token.span()));
        }
        token
    });
    tokens.collect()
}
