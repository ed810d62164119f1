//! Types that can be sent to the thread that runs a body, and the names that the attribute needs for this.

use std::fmt;

/// Types that can be sent to the thread that runs a body and back.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot travel to the thread that runs the body",
    label = "not `Send + 'static`",
    note = "use `Arc` for `Rc`, `Mutex` for `RefCell`, or build the value inside the body"
)]
pub trait Travel: Send + 'static {}

impl<T: Send + 'static> Travel for T {}

/// Maps the type of a function to what it returns, because `!` cannot be written as a type argument on stable Rust.
pub trait Returns {
    /// The return type of the function.
    type Out;
}

impl<R> Returns for fn() -> R {
    type Out = R;
}

/// The type `!`.
pub type Never = <fn() -> ! as Returns>::Out;

/// The type itself. Between `<` and `>` rustc words its errors as it does in the signature, and does not repeat them.
pub type Type<R> = R;

/// Passes an argument on; asks for `'static` here, where rustc can point at the argument's type.
pub fn stay<A: 'static>(argument: A) -> A {
    argument
}

/// An argument that is captured. The box is `Send` whatever is in it, so that what cannot travel is reported by [`pack`]
/// alone, at the argument's type, and not once more at the closure.
pub struct Packed<A>(Box<dyn FnOnce() -> A + Send>);

/// Packs an argument to be captured.
pub fn pack<A: Travel>(argument: A) -> Packed<A> {
    Packed(Box::new(move || argument))
}

/// Unpacks an argument in the body.
pub fn unpack<A>(packed: Packed<A>) -> A {
    (packed.0)()
}

impl<A> fmt::Debug for Packed<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packed").finish_non_exhaustive()
    }
}
