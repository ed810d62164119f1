//! The messages about `impl` blocks, owners and traits.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Attribute, Error, Lifetime, Receiver, ReceiverKind, Token, TypeImplTrait};

use crate::diagnostics::message;

pub(crate) fn const_method(word: Token![const], way_out: &str) -> Error {
    message(word, "a `const fn` cannot be offloaded", way_out)
}

pub(crate) fn async_method(word: Token![async], way_out: &str) -> Error {
    let wrong = "an offloaded method contains blocking code, but this one is `async`";
    message(word, wrong, way_out)
}

/// `name`: of the trait, or of its method if the trait cannot be seen. A trait of the user's own may have that name: the text holds for
/// both.
pub(crate) fn trait_of_std(name: &Ident) -> Error {
    message(
        name,
        format!(
            "`{name}` borrows what a call cannot take along, and who calls `{name}` of std does not await it"
        ),
        "remove `#[offload]`; what blocks goes into a function of its own: `#[offload] fn load() { .. }`",
    )
}

pub(crate) fn empty_block(keyword: &dyn ToTokens) -> Error {
    message(
        keyword,
        "there is no method here to offload",
        "write one: `fn load(&self) { .. }`",
    )
}

pub(crate) fn borrowing_type(borrow: &dyn ToTokens) -> Error {
    message(
        borrow,
        "a call cannot take along a value that borrows",
        "put the block on a type that owns what it has, or that borrows for `'static`",
    )
}

pub(crate) fn empty_handle(name: &Ident) -> Error {
    message(
        name,
        format!("all methods are private, so `{name}` would have none"),
        "write `pub fn` or `pub(crate) fn` for what the handle offers",
    )
}

pub(crate) fn option_of_handle(key: &Ident) -> Error {
    message(
        key,
        "the methods of a handle have the options of the block",
        format!("write `{key}` beside `owner`"),
    )
}

/// `value` is the type of the value that the handle's thread owns.
pub(crate) fn owner_receiver(receiver: &Receiver, value: &str, method: &Ident) -> Error {
    let way_out = if matches!(receiver.kind, ReceiverKind::Typed(..)) {
        "take `&self`, or put `#[offload(skip)]` on it".to_owned()
    } else {
        format!(
            "put `#[offload(skip)]` on it, and call it by `Owner::from(handle).finish({value}::{method})`"
        )
    };
    message(
        receiver,
        "a handle has the value lent to its methods, it cannot give it away",
        way_out,
    )
}

/// A `&mut self` in a block, where the block could have an owner.
pub(crate) fn mutable_receiver_of_block(receiver: &Receiver, handle: &str) -> Error {
    message(
        receiver,
        "`&mut self` cannot be lent to a body that may outlive its caller",
        format!("give the block a thread that owns the value: `#[offload(owner = {handle})]`"),
    )
}

/// A `&mut self` in an implementation, where the trait says what the method takes.
pub(crate) fn mutable_receiver_of_trait(receiver: &Receiver) -> Error {
    message(
        receiver,
        "`&mut self` cannot be lent to a body that may outlive its caller",
        "write `&self` in the trait too, or `#[offload(skip)] async fn` that awaits an offloaded function",
    )
}

pub(crate) fn owner_without_receiver(name: &Ident) -> Error {
    message(
        name,
        "this function neither takes nor builds the value that the handle is about",
        "take `&self`, return `Self` or a `Result` of it, or put `#[offload(skip)]` on it",
    )
}

/// Also for a trait, whose generated implementation passes the arguments on.
pub(crate) fn chosen_argument(cfg: &Attribute) -> Error {
    message(
        cfg,
        "an argument that may be missing cannot be passed on to the blocking method",
        "put the `#[cfg(..)]` on the whole method",
    )
}

pub(crate) fn opaque_of_value(opaque: TypeImplTrait) -> Error {
    message(
        opaque,
        "this `impl Trait` may borrow from the value, which does not come along",
        "return a type with a name, such as `Vec<T>`, or write `use<>` among the bounds",
    )
}

pub(crate) fn trait_without_blocking(name: &Ident) -> Error {
    message(
        name,
        "the trait as written needs a name beside the asynchronous one",
        format!("write `#[offload(blocking = Blocking{name})]`"),
    )
}

pub(crate) fn trait_without_receiver(name: &Ident) -> Error {
    message(
        name,
        "a function without `&self` cannot be called on what is in an `Arc`",
        "take `&self`, or move the function to a supertrait: `trait Store: OpenStore`",
    )
}

pub(crate) fn trait_receiver(receiver: &Receiver) -> Error {
    message(
        receiver,
        "an offloaded trait is called on what is in an `Arc`, which others share",
        "take `&self` with the state in a `Mutex`, or move the method to a supertrait",
    )
}

pub(crate) fn trait_self_type(word: &Ident) -> Error {
    message(
        word,
        "`Self` is `T` in the blocking trait, but `Arc<T>` in the asynchronous one",
        "write an associated type: `type Copy: Clone;` in the trait, and here `Self::Copy`",
    )
}

pub(crate) fn trait_self_bound(word: &Ident) -> Error {
    message(
        word,
        "what is in the `Arc` may be a `dyn` trait, of which no more can be asked",
        "move the method to a supertrait: `trait Store: StoreExt`",
    )
}

pub(crate) fn trait_lifetime(lifetime: &Lifetime) -> Error {
    message(
        lifetime,
        format!("the call owns a copy of this and cannot lend it for `{lifetime}`"),
        format!("remove `{lifetime}`: the method then borrows for as long as it runs"),
    )
}
