//! `asynchronous = NAME`: the function as written, followed by the asynchronous one under that name.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use crate::diagnostics::{self, Errors};
use crate::expand::{blocking, fallback, function, lints, mended, parts};
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
    let written = written(options, function);
    let asynchronous = match added {
        Added::Called(name) if name != function.name() => {
            asynchronous(options, &called(name, function), function, scope)
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

/// Output: the function as written, and a stub with the signature of the one that cannot be added.
pub(crate) fn refused(
    errors: &Errors,
    options: &Options,
    added: &Added,
    function: &Function,
    scope: &Scope<'_>,
) -> TokenStream {
    let written = written(options, function);
    let promised = match added {
        Added::Called(name) if name != function.name() => {
            fallback::expand(errors, options, &called(name, function), scope)
        }
        _ => errors.to_token_stream(),
    };
    quote!(#written #promised)
}

/// The function without our attribute.
fn written(options: &Options, function: &Function) -> TokenStream {
    let mut written = function.clone();
    blocking::allow_unused(&mut written.sig, options.place.as_ref());
    attribute::take_options(&mut written.attrs);
    let (allowed, written) = (
        lints::of_written(function),
        mended::mended(written).written(),
    );
    quote!(#allowed #written)
}

/// The function under another name, without `no_mangle` and the like: only the function as written keeps its symbol.
fn called(name: &Ident, function: &Function) -> Function {
    let mut added = function.clone();
    added.sig.ident = name.clone();
    attribute::drop_symbols(&mut added.attrs);
    added
}

/// The added function. To the model, the one as written is its blocking version.
fn asynchronous(
    options: &Options,
    added: &Function,
    written: &Function,
    scope: &Scope<'_>,
) -> TokenStream {
    let mut beside = options.clone();
    beside.blocking = Some(written.name().clone());
    let allowed = lints::of_added(added);
    let function = parts::expand(&beside, options, added, scope, function::asynchronous);
    quote!(#allowed #function)
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
