//! `catch`: failures of a call as the error of the function that was called.

use std::{cell::Cell, fmt, ops::Deref, sync::Arc, task::Waker};

use super::{Offload, place::On};
use crate::{
    call::{
        site::Site,
        traits::{Call, Run, Step},
        withheld::Withheld,
    },
    error::Error,
};

impl<T: 'static, E: From<Error> + 'static> Offload<Result<T, E>> {
    /// Turns failures of the call into errors of the function: awaiting gives `Err(E::from(error))` where it would have
    /// panicked.
    ///
    /// This covers a panic of the body, and a call that was cancelled, refused or shut down before it had a result. Use it
    /// where a response must be sent in any case, such as a handler that must answer 500 instead of dropping the connection. Do
    /// not use it where a panic is a bug that should be seen. To inspect the failure itself, use [`outcome`](Self::outcome),
    /// which also works on a caught call and gives the same as before.
    ///
    /// `E` may be `io::Error`, [`Error`] itself, `anyhow::Error`, `eyre::Report`, `Box<dyn std::error::Error + Send + Sync>`, `String`
    /// for its text, or an enum of yours with a variant that is `#[from] tokio_offload::Error`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::offload;
    ///
    /// #[offload]
    /// fn parse(text: &str) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    ///     assert!(!text.is_empty(), "nothing to parse");
    ///     Ok(text.parse()?)
    /// }
    ///
    /// assert_eq!(parse("7").catch().await.unwrap(), 7);
    /// assert!(parse("seven").catch().await.is_err());
    /// let error = parse("").catch().await.unwrap_err();
    /// assert!(error.to_string().contains("nothing to parse"));
    /// # }
    /// ```
    pub fn catch(self) -> Self {
        catch(self)
    }
}

/// The call with its failures in its result; what the option `catch` of the attribute makes.
pub fn catch<R: CatchFailure>(call: Offload<R>) -> Offload<R> {
    Offload::of(Arc::new(Caught { call }))
}

/// A call whose return type may be a `Result`: its method `caught` is this type's own if it is one, and that of what it derefs to if not.
pub struct MayFail<R>(NotCaught<R>);

/// A call as it is.
pub struct NotCaught<R>(Cell<Option<Offload<R>>>);

/// What the option `catch` of a block makes where the name of the return type does not tell what it is.
pub const fn may_fail<R>(call: Offload<R>) -> MayFail<R> {
    MayFail(NotCaught(Cell::new(Some(call))))
}

impl<T: 'static, E: 'static> MayFail<Result<T, E>> {
    /// The call with its failures in its result.
    pub fn caught(&self) -> Offload<Result<T, E>>
    where
        E: CatchError,
    {
        catch(self.0.caught())
    }
}

impl<R> NotCaught<R> {
    /// The call, once.
    pub fn caught(&self) -> Offload<R> {
        self.0.take().expect("it is asked once")
    }
}

impl<R> Deref for MayFail<R> {
    type Target = NotCaught<R>;

    fn deref(&self) -> &NotCaught<R> {
        &self.0
    }
}

impl<R> fmt::Debug for MayFail<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MayFail").finish_non_exhaustive()
    }
}

impl<R> fmt::Debug for NotCaught<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotCaught").finish_non_exhaustive()
    }
}

/// Types that can hold the failure of a call.
#[diagnostic::on_unimplemented(
    message = "a call can fail, and `{Self}` has no place for that",
    label = "not a `Result`",
    note = "return `Result<{Self}, E>`, where `E` implements `From<tokio_offload::Error>`, or leave `catch` out"
)]
pub trait CatchFailure: 'static {
    /// The result that tells of it.
    fn failed(error: Error) -> Self;
}

impl<T: 'static, E: CatchError + 'static> CatchFailure for Result<T, E> {
    fn failed(error: Error) -> Self {
        Err(E::caught(error))
    }
}

/// An error type that can hold the failure of a call.
#[diagnostic::on_unimplemented(
    message = "a call can fail, and `{Self}` has no place for that",
    label = "`{Self}` is not `From<tokio_offload::Error>`",
    note = "write `impl From<tokio_offload::Error> for {Self}`, or leave `catch` out; if that type is not yours, return an error of your own"
)]
pub trait CatchError {
    /// The function's error that carries the call's failure.
    fn caught(error: Error) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<Error>> CatchError for E {
    fn caught(error: Error) -> Self {
        error.into()
    }
}

/// Another call, whose failures are results. Dropping the call inside, after this one was abandoned or detached, changes nothing.
struct Caught<R> {
    call: Offload<R>,
}

impl<R: CatchFailure> Call<R, On> for Caught<R> {
    fn begin(&self) -> Option<On> {
        self.call.call.begin()
    }

    fn put_back(&self, on: On) {
        self.call.call.put_back(on);
    }

    fn poll(&self, waker: &Waker) -> Step<R, On> {
        self.call.call.poll(waker)
    }

    fn abandon(&self) {
        self.call.call.abandon();
    }

    fn detach(&self) -> Option<Error> {
        self.call.call.detach()
    }

    fn cancel(&self) {
        self.call.call.cancel();
    }

    fn is_finished(&self) -> bool {
        self.call.is_finished()
    }

    fn absorb(&self, error: Error) -> Result<R, Error> {
        Ok(R::failed(error))
    }

    fn withhold(self: Arc<Self>) -> Option<Arc<dyn Call<R, On>>> {
        Some(Withheld::instead_of(self))
    }

    fn site(&self) -> &'static Site {
        self.call.site()
    }

    fn job(self: Arc<Self>) -> Arc<dyn Run> {
        Arc::clone(&self.call.call).job()
    }
}
