//! The blocking version: whether there is one, and how the asynchronous one uses it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::{FnArg, Ident, ReceiverKind};

use crate::diagnostics::{self, Errors};
use crate::model::scope::Scope;
use crate::model::{generics, output};
use crate::parse::crate_path::here;
use crate::parse::function::Function;
use crate::parse::options::Options;
use crate::tokens::{body, borrow, cfg};

/// The blocking version beside the asynchronous one.
pub(crate) enum BlockingVersion<'a> {
    None,
    /// The body calls it as `Self::name`.
    Called(&'a Ident),
    /// The macro cannot know its path, so both versions have the body.
    Repeated(&'a Ident),
    /// The body calls the function as written, which is in another item, by this path.
    Elsewhere(TokenStream),
}

/// The blocking version that `options` ask for, or that is in another item.
pub(crate) fn of<'a>(
    options: &'a Options,
    function: &Function,
    scope: &Scope<'_>,
    errors: &mut Errors,
) -> BlockingVersion<'a> {
    if let Some(around) = scope.elsewhere() {
        let name = function.name();
        return BlockingVersion::Elsewhere(quote_spanned!(here(name.span())=> #around::#name));
    }
    let Some(name) = &options.blocking else {
        return BlockingVersion::None;
    };
    let sig = &function.sig;
    let method = scope.is_block()
        || sig.receiver().is_some()
        || body::names_self_type(sig.to_token_stream())
        || body::names_self_type(function.body_tokens());
    let chosen = function
        .typed()
        .any(|argument| cfg::predicate(&argument.attrs).is_some())
        || generics::chosen(&sig.generics).next().is_some();
    if method && !chosen && !lends_opaque(function) && !options.wants_remote() {
        return BlockingVersion::Called(name);
    }
    if let Some(found) = body::find_static(function.body_tokens()) {
        errors.push(diagnostics::repeated_static(&found));
    }
    BlockingVersion::Repeated(name)
}

/// Whether the blocking version may return an `impl Trait` that holds a borrow. Only the body shows that it does not.
fn lends_opaque(function: &Function) -> bool {
    let sig = &function.sig;
    let lends = |input: &FnArg| match input {
        FnArg::Receiver(receiver) => !matches!(receiver.kind, ReceiverKind::Value),
        FnArg::Typed(argument) => borrow::find(&argument.ty).is_some(),
    };
    output::has_opaque(&sig.output) && sig.inputs.iter().any(lends)
}
