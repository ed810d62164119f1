//! The lints that are turned off for generated code.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Expr, ReturnType, Safety, Type};

use crate::model::Model;
use crate::model::argument::{self, Argument, Passing};
use crate::model::blocking::BlockingVersion;
use crate::parse::function::Function;
use crate::tokens::{body, borrow};

/// A number of arguments that `too_many_arguments` allows in every configuration.
const MANY: usize = 3;

/// Lints that would report the expansion and not the user's function. In the expansion arguments are bound again in the body, the call is
/// the last expression, lifetimes that the body used are removed, and a trait's `async fn` is refined by a concrete type. The block
/// around an unsafe body, the call of a deprecated blocking version and statements before the items of a body are generated too.
pub(crate) fn allowed(model: &Model<'_>) -> Option<TokenStream> {
    unsaid(model.function, caused(model))
}

/// Output: `#[allow(..)]` for the blocking version, which has no use for an argument that only `pool` uses, and for the `Result` that
/// `catch` and `remote` need. Lints about the signature report the asynchronous version.
pub(crate) fn of_blocking(
    function: &Function,
    place: Option<&Expr>,
    fails: bool,
) -> Option<TokenStream> {
    let mut lints = of_signature(function);
    lints.push(constant());
    if fails {
        lints.push(quote!(clippy::unnecessary_wraps));
    }
    let names =
        |name: &Ident| place.is_some_and(|place| body::mentions(place.to_token_stream(), name));
    if function.typed().filter_map(argument::plain_name).any(names) {
        lints.push(quote!(clippy::needless_pass_by_value));
    }
    unsaid(function, lints)
}

/// Output: `#[allow(..)]` for the function that stays as it is written, beside an asynchronous one.
pub(crate) fn of_written(function: &Function) -> Option<TokenStream> {
    unsaid(function, vec![constant()])
}

/// Output: `#[allow(..)]` for an added asynchronous version, whose signature is that of the function as written.
pub(crate) fn of_added(function: &Function) -> Option<TokenStream> {
    unsaid(function, of_signature(function))
}

/// Lints about arguments that would report the function around a remote body once more, or although it is public.
pub(crate) fn of_remote_body(function: &Function) -> Vec<TokenStream> {
    let types = types(function);
    let about = [
        ("bool", quote!(clippy::fn_params_excessive_bools)),
        ("Box", quote!(clippy::box_collection)),
        ("Box", quote!(clippy::vec_box)),
        ("Option", quote!(clippy::option_option)),
    ];
    let about = about.into_iter();
    let about = about.filter(|(name, _)| body::mentions(types.clone(), *name));
    let mut lints: Vec<_> = about.map(|(_, lint)| lint).collect();
    let is_small =
        |ty: &Type| matches!(ty, Type::Reference(lent) if matches!(*lent.elem, Type::Path(_)));
    if function.typed().any(|own| is_small(borrow::peel(&own.ty))) {
        lints.push(quote!(clippy::trivially_copy_pass_by_ref));
    }
    lints
}

/// The lint that proposes `const`, which the attribute refuses.
fn constant() -> TokenStream {
    quote!(clippy::missing_const_for_fn)
}

/// Output: `#[allow(..)]` for a method of the asynchronous version of a trait, whose signature is that of the blocking one.
pub(crate) fn of_declared(function: &Function) -> Option<TokenStream> {
    let mut lints = of_inputs(function);
    let types = types(function);
    if ["PathBuf", "String", "Vec"]
        .iter()
        .any(|name| body::mentions(types.clone(), *name))
    {
        lints.push(quote!(clippy::ptr_arg));
    }
    unsaid(function, lints)
}

/// The lints that would report both versions.
fn of_signature(function: &Function) -> Vec<TokenStream> {
    let mut lints = of_inputs(function);
    if returns_result(&function.sig.output) {
        lints.push(quote!(clippy::result_large_err));
    }
    lints
}

/// Whether the return type is a `Result`, or called like one, such as `IoResult`.
fn returns_result(output: &ReturnType) -> bool {
    let words = output.to_token_stream().into_iter();
    let mut words = words.filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    });
    words.any(|word| word.ends_with("Result"))
}

fn types(function: &Function) -> TokenStream {
    let types = function.typed().map(|own| own.ty.to_token_stream());
    types.collect()
}

/// The lints about arguments that would report both versions.
fn of_inputs(function: &Function) -> Vec<TokenStream> {
    let (sig, mut lints) = (&function.sig, Vec::new());
    let types = types(function);
    if matches!(sig.safety, Safety::Unsafe(_)) {
        lints.push(quote!(clippy::missing_safety_doc));
    }
    if ["HashMap", "HashSet"]
        .iter()
        .any(|name| body::mentions(types.clone(), *name))
    {
        lints.push(quote!(clippy::implicit_hasher));
    }
    if body::mentions(types.clone(), "bool") {
        lints.push(quote!(clippy::fn_params_excessive_bools));
    }
    if body::mentions(types, "impl") {
        lints.push(quote!(clippy::impl_trait_in_params));
    }
    if sig.inputs.len() > MANY {
        lints.push(quote!(clippy::too_many_arguments));
    }
    lints
}

/// Output: `#[allow(..)]` for those of the lints that the function does not set itself.
fn unsaid(function: &Function, mut lints: Vec<TokenStream>) -> Option<TokenStream> {
    let levels = ["allow", "deny", "expect", "forbid", "warn"];
    let sets = |attr: &&Attribute| levels.iter().any(|level| attr.path().is_ident(level));
    let attrs = function.attrs.iter().filter(sets);
    let said = quote!(#(#attrs)*);
    lints.retain(|lint| !is_named(lint, &said));
    (!lints.is_empty()).then(|| quote_spanned!(Span::mixed_site()=> #[allow(#(#lints),*)]))
}

/// Output: `#[allow(deprecated)]` for generated items that use a deprecated item.
pub(crate) fn of_deprecated(attrs: &[Attribute]) -> Option<TokenStream> {
    let is_deprecated = attrs.iter().any(|attr| attr.path().is_ident("deprecated"));
    is_deprecated.then(|| quote_spanned!(Span::mixed_site()=> #[allow(deprecated)]))
}

/// The lints that the expansion of this function would break.
fn caused(model: &Model<'_>) -> Vec<TokenStream> {
    let function = model.function;
    let called = model.callee().is_some();
    let deprecated = |attr: &Attribute| attr.path().is_ident("deprecated");
    let mut lints = vec![quote!(clippy::implicit_return)];
    if !model.arguments.is_empty() {
        lints.push(quote!(clippy::shadow_reuse));
        lints.push(quote!(clippy::shadow_unrelated));
    }
    // Without `crate = ..`, the return type has the span of a macro, which the compiler does not report.
    if model.may_refine && model.path.given().is_some() {
        lints.push(quote!(refining_impl_trait));
    }
    if model.is_unsafe() {
        lints.push(quote!(unused_unsafe));
    }
    if repeats_bounds(function) {
        lints.push(quote!(clippy::trait_duplication_in_bounds));
    }
    // A name like that of a parameter of the `impl` may be a type.
    if model.around.may_err() {
        lints.push(quote!(trivial_bounds));
    }
    if called && function.attrs.iter().any(deprecated) {
        lints.push(quote!(deprecated));
    }
    if matches!(model.blocking, BlockingVersion::Elsewhere(_)) {
        lints.extend(of_signature(function));
    }
    lints.extend(of_body(model, called));
    lints
}

/// The lints of the body. A body that is called through a blocking version needs none.
fn of_body(model: &Model<'_>, called: bool) -> Vec<TokenStream> {
    let (function, mut lints) = (model.function, Vec::new());
    // The body gets a `String`, and may call `to_string` on it again.
    let is_text = |own: &Argument| matches!(own.passing, Passing::ToString);
    if !called && model.arguments.iter().any(is_text) {
        lints.push(quote!(clippy::redundant_clone));
    }
    if !called && body::starts_with_item(function.body_tokens()) {
        lints.push(quote!(clippy::items_after_statements));
    }
    if function
        .lifetimes()
        .iter()
        .any(|name| body::mentions(function.body_tokens(), name.as_str()))
    {
        lints.push(quote!(clippy::needless_lifetimes));
        lints.push(quote!(single_use_lifetimes));
    }
    lints
}

/// Whether a bound that is added may be written once more: a trait called `Send` may be the user's own.
fn repeats_bounds(function: &Function) -> bool {
    let (generics, below) = (&function.sig.generics, &function.sig.generics.where_clause);
    let bounds = quote!(#generics #below);
    ["Send", "Sync"]
        .iter()
        .any(|name| body::mentions(bounds.clone(), *name))
}

/// Whether the last word of the path of a lint is among these tokens.
fn is_named(lint: &TokenStream, tokens: &TokenStream) -> bool {
    match lint.clone().into_iter().last() {
        Some(TokenTree::Ident(name)) => body::mentions(tokens.clone(), &name),
        _ => false,
    }
}
