//! The code from which editors complete names of options.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::parse::options::Options;

/// Has editors complete the names of options: for them `option` is an import of that name from a module of all options.
/// Nothing for the compiler. Whatever has another length while a name is typed, such as the message about it, comes later:
/// editors look for the word at one place of both expansions.
pub(crate) fn hints(options: &Options) -> TokenStream {
    let hints = options.unknown.iter().map(|key| {
        let path = options.path.at(Span::call_site());
        quote!(#path::option! { #key })
    });
    hints.collect()
}
