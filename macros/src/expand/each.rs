//! One function, free or a method: its expansion, or after a mistake a stub with the promised signature.

use proc_macro2::TokenStream;

use crate::expand::{beside, function, parts};
use crate::model::scope::Scope;
use crate::parse::function::Function;
use crate::parse::options::Options;

pub(crate) fn expand(options: &Options, function: &Function, scope: &Scope<'_>) -> TokenStream {
    let alone = scope.is_of_trait() || function.body.is_none();
    if let Some(added) = options.asynchronous.as_ref().filter(|_| !alone) {
        return beside::expand(options, added, function, scope);
    }
    parts::expand(options, options, function, scope, function::expand)
}
