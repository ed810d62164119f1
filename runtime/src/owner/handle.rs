//! Functions that the generated handles and constructors of `#[offload(owner = ..)]` call.

use std::fmt;

use super::{Loan, thread::HandleBuilder};

/// The return types of a constructor: the value, or the value unless something went wrong.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold the one value that a thread could own",
    label = "not a `Result` or an `Option` of the value",
    note = "return `Self`, `Result<Self, E>` or `Option<Self>`, or move the function to another `impl` block"
)]
pub trait Build<T> {
    /// The same type with another value.
    type With<U>;

    /// Makes the handle of the value, if there is a value.
    fn build<U>(self, keep: impl FnOnce(T) -> U) -> Self::With<U>;
}

impl<T, E> Build<T> for Result<T, E> {
    type With<U> = Result<U, E>;

    fn build<U>(self, keep: impl FnOnce(T) -> U) -> Result<U, E> {
        self.map(keep)
    }
}

impl<T> Build<T> for Option<T> {
    type With<U> = Option<U>;

    fn build<U>(self, keep: impl FnOnce(T) -> U) -> Option<U> {
        self.map(keep)
    }
}

/// Makes the handle of the value that a constructor returned.
pub fn build<T, B: Build<T>, U>(built: B, keep: impl FnOnce(T) -> U) -> B::With<U> {
    built.build(keep)
}

impl<T> fmt::Debug for Loan<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loan").finish_non_exhaustive()
    }
}

impl fmt::Debug for HandleBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandleBuilder").finish_non_exhaustive()
    }
}
