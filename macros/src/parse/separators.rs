//! The separator between two options: a comma, or a mistake in its place.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Ident, Token};

use crate::diagnostics::{self, Errors};
use crate::parse::value::{skip, stray};

/// Reads to the next option, and says whether another one can follow. `names` are those of options, `stray` is the message about
/// tokens that are none.
pub(crate) fn read(
    input: ParseStream<'_>,
    names: &[&str],
    stray: impl FnOnce(&TokenStream) -> Error,
    errors: &mut Errors,
) -> syn::Result<bool> {
    if let Some(sign) = input.parse::<Option<Token![;]>>()? {
        errors.push(diagnostics::wrong_separator(sign));
        return Ok(true);
    }
    if !input.is_empty() && !input.peek(Token![,]) {
        let next = input.fork().call(Ident::parse_any).ok();
        if let Some(next) = next.filter(|next| names.iter().any(|name| next == name)) {
            errors.push(diagnostics::missing_comma(&next));
            return Ok(false);
        }
        errors.push(stray(&skip(input)));
    }
    Ok(input.parse::<Option<Token![,]>>()?.is_some())
}

/// The message about tokens in the position of an option's name.
pub(crate) fn misplaced(input: ParseStream<'_>) -> Error {
    let is_comma = input.peek(Token![,]);
    let found = stray(input);
    if is_comma {
        diagnostics::stray_comma(&found)
    } else {
        diagnostics::stray_tokens(&found)
    }
}
