//! A call that a full pool would not take.

use std::fmt;

use super::poll::Offload;
use crate::error::Error;

/// A call that [`try_start`](crate::Offload::try_start) did not start, because the queue of its pool was full.
///
/// [`into_call`](Self::into_call) returns the call. As an error, it becomes [`Error::Full`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tokio_offload::{Error, Pool};
///
/// static CPU: Pool = Pool::new("cpu").threads(1).queue_capacity(0);
///
/// async fn answer() -> Result<u32, Error> {
///     let call = CPU.run(|| 42).try_start()?; // `Error::Full` if the thread is busy
///     call.outcome().await
/// }
/// assert_eq!(answer().await.unwrap(), 42);
/// # }
/// ```
#[must_use = "the refused call is in here"]
pub struct Refused<R> {
    pub(super) call: Offload<R>,
}

impl<R> Refused<R> {
    /// The call, as it was before it was refused.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use tokio_offload::Pool;
    /// static FULL: Pool = Pool::new("full").threads(1).queue_capacity(0);
    /// # let (release, held) = std::sync::mpsc::channel::<()>();
    /// # FULL.run(move || drop(held.recv())).detach();
    /// let refused = FULL.run(|| 5).try_start().unwrap_err();
    /// assert_eq!(refused.to_string(), "the queue is full: as many calls wait as its `queue_capacity` allows");
    /// # drop(release);
    /// assert_eq!(refused.into_call().await, 5);
    /// # }
    /// ```
    pub fn into_call(self) -> Offload<R> {
        self.call
    }
}

impl<R> fmt::Debug for Refused<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Refused").field(&self.call).finish()
    }
}

impl<R> fmt::Display for Refused<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Error::Full.fmt(f)
    }
}

impl<R> std::error::Error for Refused<R> {}

impl<R> From<Refused<R>> for Error {
    /// Drops the call and keeps the reason.
    fn from(_: Refused<R>) -> Self {
        Self::Full
    }
}
