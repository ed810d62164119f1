//! One function, free or a method: its expansion, or after a mistake a stub with the promised signature.

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostics;
use crate::expand::{beside, function, parts};
use crate::model::{of_std, scope::Scope};
use crate::parse::function::Function;
use crate::parse::options::Options;

pub(crate) fn expand(options: &Options, function: &Function, scope: &Scope<'_>) -> TokenStream {
    if let Some(name) = of_std::method(function).filter(|_| matches!(scope, Scope::Alone)) {
        let mut errors = options.errors.clone();
        errors.push(diagnostics::trait_of_std(name));
        let written = function.written();
        return quote!(#written #errors);
    }
    let alone = scope.is_of_trait() || function.body.is_none();
    if let Some(added) = options.asynchronous.as_ref().filter(|_| !alone) {
        return beside::expand(options, added, function, scope);
    }
    parts::expand(options, options, function, scope, function::expand)
}
