//! What may cross to the thread that runs a body, and the names the attribute needs for it.

/// What may go to the thread that runs a body and come back from it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot travel to the thread that runs the body",
    label = "not `Send + 'static`",
    note = "use `Arc` for `Rc`, `Mutex` for `RefCell`, or build the value inside the body"
)]
pub trait Travel: Send + 'static {}

impl<T: Send + 'static> Travel for T {}

/// Maps the type of a function to what it returns, because `!` cannot be written as a type argument on stable Rust.
pub trait Returns {
    /// What the function returns.
    type Out;
}

impl<R> Returns for fn() -> R {
    type Out = R;
}

/// The type `!`.
pub type Never = <fn() -> ! as Returns>::Out;

/// Passes an argument on; asks for `'static` here, where rustc can point at the argument's type.
pub fn stay<A: 'static>(argument: A) -> A {
    argument
}
