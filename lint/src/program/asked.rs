//! Who calls a function besides other functions.

/// Whether runtimes call it, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AskedBy {
    /// Other functions alone.
    Functions,
    /// Tasks, for code of the package: the body of an `async fn`, or what a future, a stream, a reader or a service does by hand.
    Tasks,
    /// Who awaits it, for code of other crates.
    Await,
}
