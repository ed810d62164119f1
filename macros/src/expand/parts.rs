//! A function that is expanded if it can be. If it cannot for the sake of parts that a `cfg` may remove, it is there in two
//! versions: expanded without these parts where they are removed, and refused where they stay.

use proc_macro2::TokenStream;
use quote::quote;

use crate::expand::fallback;
use crate::model::{self, Model, scope::Scope};
use crate::parse::function::Function;
use crate::parse::options::Options;

/// `good` makes the output of a function in which nothing is wrong; `promised` are the options for one that is refused.
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
