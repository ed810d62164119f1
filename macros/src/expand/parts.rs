//! Expands a function. If only parts that a `cfg` may remove have mistakes, the output has two versions: the expansion without these
//! parts under the negated `cfg`, and the errors under the `cfg`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::expand::fallback;
use crate::model::{self, Model, scope::Scope};
use crate::parse::function::Function;
use crate::parse::options::Options;

/// `good` expands a function without mistakes; `promised` are the options for one that is refused.
pub(crate) fn expand(
    options: &Options,
    promised: &Options,
    function: &Function,
    scope: &Scope<'_>,
    good: fn(&Model<'_>) -> TokenStream,
) -> TokenStream {
    let errors = match model::lower(options, function, scope) {
        Ok(model) => return good(&model),
        Err(errors) => errors,
    };
    let Some(parts) = errors.parts() else {
        return fallback::expand(&errors, promised, function, scope);
    };
    let without = function.without(&parts);
    if without.written().to_string() == function.written().to_string() {
        return fallback::expand(&errors, promised, function, scope);
    }
    let without = without.under(&quote!(not(any(#(#parts),*))));
    let whole = function.clone().under(&quote!(any(#(#parts),*)));
    let without = expand(options, promised, &without, scope, good);
    let whole = fallback::expand(&errors, promised, &whole, scope);
    quote!(#without #whole)
}
