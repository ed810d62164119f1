//! Every message the attribute can print: one function each, with a UI test of the same name, except for those that the test
//! `every_message_has_its_test` lists with the reason.
//!
//! - `errors`: the mistakes found so far.
//! - `options`, `unknown`, `asynchronous`: messages about options; the last also those about attributes of others.
//! - `blocks`: about `impl` blocks, owners and traits. `entry`: about `main` and tests. `remote`: about functions that run elsewhere.
//! - `travel`: about arguments and results that cannot go to another thread.
//!
//! May import `tokens` and `package`. It words messages and does not decide when they apply.

mod asynchronous;
mod blocks;
mod entry;
mod errors;
mod options;
mod remote;
mod travel;
mod unknown;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Abi, Attribute, Error, Lifetime, Receiver, Token, Type, TypeImplTrait, TypeReference,
    TypeTraitObject, Variadic,
};

use crate::tokens::interior::Interior;
use crate::tokens::wording::{owner, shared_object, show};

pub(crate) use asynchronous::{
    asynchronous_not_a_name, asynchronous_not_a_suffix, asynchronous_own_name, asynchronous_trait,
    boxed_before, exported_symbol, misplaced_asynchronous, only_async_methods, traced_hand_over,
};
pub(crate) use blocks::{
    async_method, borrowing_type, chosen_argument, const_method, empty_block, empty_handle,
    mutable_receiver_of_block, mutable_receiver_of_trait, opaque_of_value, option_of_handle,
    owner_receiver, owner_without_receiver, trait_lifetime, trait_of_std, trait_receiver,
    trait_self_bound, trait_self_type, trait_without_blocking, trait_without_receiver,
};
pub(crate) use options::{
    LIMITS, POOLS, blocking_not_a_name, blocking_not_a_suffix, blocking_own_name, catch_is_remotes,
    catch_output, conflicting_options, exclusive_pool, literal_pool, literal_workers,
    made_by_each_call, misplaced_blocking, misplaced_owner, misplaced_skip, missing_comma,
    missing_equals, missing_value, owner_not_a_name, owner_own_name, relative_crate_path,
    repeated_option, stray_comma, stray_tokens, unnamed_pool, value_of_word, wrong_separator,
};

pub(crate) use errors::Errors;

pub(crate) use entry::{
    blocking_under_runtime, entry_tokens, limit_not_text, limit_unreadable, limit_zero,
    main_arguments, main_asynchronous, main_option, main_other_name, main_without_runtime,
    main_wrong_item, missing_watch, runtime_above, test_asynchronous, test_blocking, test_option,
    test_without_limit, test_wrong_item,
};
pub(crate) use remote::{
    misplaced_remote, missing_feature, remote_error, remote_opaque_argument, remote_opaque_return,
    remote_output, remote_parameter, remote_receiver, remote_self_type, remote_static_borrow,
    remote_static_return,
};

pub(crate) use travel::{
    borrowed_self, copied_object, future_output, object_not_send, offloaded_main, offloaded_test,
    taken_lifetime, unsized_parameter, unsized_value,
};
pub(crate) use unknown::unknown_option;

/// A message that says what is wrong, then code to paste.
fn message(tokens: impl ToTokens, wrong: impl AsRef<str>, help: impl AsRef<str>) -> Error {
    Error::new_spanned(
        tokens,
        format!("{}\nhelp: {}", wrong.as_ref(), help.as_ref()),
    )
}

pub(crate) fn repeated_attribute(attr: &Attribute) -> Error {
    message(attr, "this is offloaded twice", "remove this `#[offload]`")
}

/// Reported at the name of the function: the attribute does not know its own span.
pub(crate) fn offloaded_twice(name: &Ident) -> Error {
    message(
        name,
        "this is offloaded twice",
        "write `#[offload(..)]`, by that name, on a method of an offloaded block",
    )
}

pub(crate) fn const_function(word: Token![const]) -> Error {
    message(
        word,
        "a `const fn` cannot be offloaded",
        "remove `const`, or offload a function that calls this one",
    )
}

pub(crate) fn async_function(word: Token![async]) -> Error {
    let wrong = "an offloaded function contains blocking code, but this one is `async`";
    message(
        word,
        wrong,
        "remove `async`: `#[offload] fn` is awaited by its callers all the same",
    )
}

pub(crate) fn extern_function(abi: &Abi) -> Error {
    let shown = show(abi);
    message(
        abi,
        "an `extern fn` cannot be offloaded",
        format!("remove `{shown}`, or offload a function that calls this one"),
    )
}

pub(crate) fn variadic_function(variadic: &Variadic) -> Error {
    message(
        variadic,
        "a variadic function cannot be offloaded",
        "take a slice instead of `...`: `values: &[c_int]`",
    )
}

pub(crate) fn mutable_argument(reference: &TypeReference, name: &Ident) -> Error {
    let (shown, owned) = (show(reference), owner(&reference.elem));
    let what = match shown.as_str() {
        ".." => "this `&mut`",
        _ => &format!("`{shown}`"),
    };
    message(
        reference,
        format!("{what} cannot be lent to a body that may outlive its caller"),
        format!("take `mut {name}: {owned}` and return it: `-> {owned}`"),
    )
}

pub(crate) fn mutable_receiver(receiver: &Receiver) -> Error {
    message(
        receiver,
        "`&mut self` cannot be lent to a body that may outlive its caller",
        "take `mut self` and return `Self`, or take `self: Arc<Self>` with the state in a `Mutex`",
    )
}

/// `catch` and `remote` need a return type that can hold a failure of the call.
pub(crate) fn foreign_error(ty: &Type) -> Error {
    let shown = show(ty);
    message(
        ty,
        format!("a call can fail, and no failure becomes a `{shown}`"),
        "return `tokio_offload::Error`, or an error of your own that is `From` it",
    )
}

pub(crate) fn borrowing_receiver(tokens: &dyn ToTokens) -> Error {
    message(
        tokens,
        "this receiver borrows in a way that a call cannot own",
        "take `self: Arc<Self>` or `&self`",
    )
}

pub(crate) fn borrowed_return(reference: &TypeReference) -> Error {
    let owned = owner(&reference.elem);
    message(
        reference,
        "the return value borrows from a call that is over when it arrives",
        format!("return an owned value: `{owned}`"),
    )
}

pub(crate) fn hidden_borrow_in_return(lifetime: &Lifetime) -> Error {
    let wrong = "the return value borrows from a call that is over when it arrives";
    let help =
        format!("return an owned value, or one that borrows for ever: `'static` for `{lifetime}`");
    message(lifetime, wrong, help)
}

pub(crate) fn hidden_borrow(lifetime: &Lifetime) -> Error {
    let wrong = "this type holds a borrow that the call cannot take along";
    message(
        lifetime,
        wrong,
        format!("take an owned value, or one that borrows for ever: `'static` for `{lifetime}`"),
    )
}

/// The help proposes the bound `for<declared> path`, which also holds for the copy that the body borrows.
pub(crate) fn lent_lifetime(
    lifetime: &Lifetime,
    declared: &TokenStream,
    path: &TokenStream,
) -> Error {
    let (declared, path) = (show(declared), show(path));
    message(
        lifetime,
        format!("the body is lent a copy of the argument, for less than `{lifetime}`"),
        format!("ask for every lifetime: `for<{declared}> {path}`"),
    )
}

/// A guard of a lock or a borrow that the caller keeps.
pub(crate) fn borrowed_guard(guard: &Type, shared: &str) -> Error {
    message(
        guard,
        "a guard cannot go to another thread, and would be held until the call is over",
        format!("take `{shared}`, and lock it in the body"),
    )
}

pub(crate) fn nested_borrow(reference: &TypeReference, is_pinned: bool) -> Error {
    let (shown, mut owned) = (show(reference), owner(&reference.elem));
    if is_pinned {
        owned = format!("Box<{owned}>");
    }
    // What the body writes would be lost with the value.
    let after = reference.mutability.map_or("", |_| ", and return it");
    message(
        reference,
        "this borrow inside a type cannot be taken along",
        format!("write `{owned}` for `{shown}`{after}"),
    )
}

pub(crate) fn borrowed_trait_object(reference: &TypeReference, object: &TypeTraitObject) -> Error {
    message(
        reference,
        "a borrowed trait object cannot be copied into the call",
        format!("take `{}`", shared_object(object)),
    )
}

pub(crate) fn borrowed_impl(reference: &TypeReference, opaque: &TypeImplTrait) -> Error {
    let shown = show(&opaque.bounds);
    message(
        reference,
        "a borrowed `impl Trait` cannot be copied into the call",
        format!("take it by value: `impl {shown}`"),
    )
}

pub(crate) fn copied_cell(found: &Interior<'_>) -> Error {
    message(
        found.ty,
        "what the body writes would be lost with its copy of this",
        format!("share it: `{}`", found.shared()),
    )
}

pub(crate) fn repeated_static(word: &Ident) -> Error {
    message(
        word,
        "in two versions the body is there twice, and so would this `static` be",
        "move the `static` out of the function",
    )
}

pub(crate) fn missing_body(name: &Ident, is_declaration: bool) -> Error {
    let help = if is_declaration {
        "write `async fn` in the trait, and `#[offload] fn` in its `impl`".to_owned()
    } else {
        format!("write its body: `fn {name}() {{ .. }}`")
    };
    message(
        name,
        "a function without a body has nothing to offload",
        help,
    )
}

pub(crate) fn wrong_item(keyword: &TokenTree, kind: &str) -> Error {
    message(
        keyword,
        format!("`#[offload]` does not apply to {kind}"),
        "put it on a function: `#[offload] fn load() { .. }`",
    )
}

/// A trait where a type is expected.
pub(crate) fn bare_fn(word: &Ident) -> Error {
    message(
        word,
        format!("`{word}(..)` is a trait, and needs a word before it to be a type"),
        format!(
            "write `impl {word}(..)`, or `dyn {word}(..) + Send + Sync` in a `Box` or an `Arc`"
        ),
    )
}

/// The message of the parser, and what is allowed here.
pub(crate) fn unreadable(error: &Error) -> Error {
    let help =
        "the attribute reads functions, `impl` blocks and traits: `fn load(path: &Path) { .. }`";
    Error::new(error.span(), format!("{error}\nhelp: {help}"))
}
