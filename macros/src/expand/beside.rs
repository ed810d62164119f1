//! `asynchronous = NAME`: the function as written, and beside it the asynchronous one under that name.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::diagnostics;
use crate::expand::{function, mended, parts};
use crate::model::{self, scope::Scope};
use crate::parse::function::Function;
use crate::parse::naming::Added;
use crate::parse::{attribute, options::Options};

/// Output: the function as written, `pub fn load_async(path: &Path) -> P::Offload<R> { .. }`
pub(crate) fn expand(
    options: &Options,
    added: &Added,
    function: &Function,
    scope: &Scope<'_>,
) -> TokenStream {
    let mut written = function.clone();
    attribute::take_options(&mut written.attrs);
    let written = mended::mended(written).written();
    let asynchronous = match added {
        Added::Called(name) if name != function.name() => {
            let mut added = function.clone();
            added.sig.ident = name.clone();
            asynchronous(options, added, function, scope)
        }
        Added::Called(name) => {
            let example = format!("{name}_async");
            let error = diagnostics::asynchronous_own_name(name, "function", &example);
            mistakes(options, Some(error), function, scope)
        }
        Added::Misnamed => mistakes(options, None, function, scope),
    };
    quote!(#written #asynchronous)
}

/// The added function. To the model, the one as written is its blocking version.
fn asynchronous(
    options: &Options,
    mut added: Function,
    written: &Function,
    scope: &Scope<'_>,
) -> TokenStream {
    attribute::drop_symbols(&mut added.attrs);
    let mut beside = options.clone();
    beside.blocking = Some(written.name().clone());
    parts::expand(&beside, options, &added, scope, function::asynchronous)
}

/// Finds mistakes other than those in the name.
fn mistakes(
    options: &Options,
    error: Option<syn::Error>,
    function: &Function,
    scope: &Scope<'_>,
) -> TokenStream {
    let mut options = options.clone();
    if let Some(error) = error {
        options.errors.push(error);
    }
    match model::lower(&options, function, scope) {
        Ok(_) => TokenStream::new(),
        Err(errors) => errors.to_token_stream(),
    }
}
