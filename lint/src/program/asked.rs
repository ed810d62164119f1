//! Which code outside the program calls a function.

/// Whether a runtime calls it, and which crate it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AskedBy {
    /// Only other functions call it.
    Functions,
    /// Tasks call it, and it belongs to the package: the body of an `async fn`, or a hand-written method of a future, stream,
    /// reader or service.
    Tasks,
    /// Code that awaits it calls it, and it belongs to another crate.
    Await,
    /// The same, or a task calls it, and it calls functions of the package.
    CallsBack,
}
