//! `Inline`: runs bodies on the calling thread.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use super::{Executor, Job, budget, inline_mark};
use crate::error::Error;

/// Runs each body on the thread that starts the call, before `start` or the first poll returns. For tests.
///
/// Tests become deterministic: no thread is involved, bodies run in the order their calls are polled, and tokio's paused
/// clock moves by timers alone. (With the default executor and [`Pool::shared`](crate::Pool::shared) a paused clock stands
/// still while a body runs. It does not know of the threads of [`Pool::new`](crate::Pool::new): it may jump to the next
/// timer while a body runs there.) In return the body blocks its caller's thread, which is what this library exists to avoid.
/// [`block_on`](crate::block_on) inside such a body polls the future once and gives [`Error::WouldBlock`](crate::Error) if
/// it is not ready: there is no other thread that could make it so.
///
/// Swap the pool for it in tests: `#[cfg_attr(test, offload(pool = Inline))] #[cfg_attr(not(test), offload)]`, or
/// hold an `Arc<dyn Executor>` in a field.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use std::thread;
/// use tokio_offload::{Inline, run_on};
///
/// let here = run_on(&Inline, || thread::current().id()).await;
/// assert_eq!(here, thread::current().id());
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Inline;

impl Executor for Inline {
    fn submit(&self, job: Job) {
        inline_mark::with(true, || budget::without(|| job.run_in_room()));
    }
}

/// `block_on` inside such a body.
pub(crate) fn poll_once<F: Future>(future: F) -> Result<F::Output, Error> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Ok(value),
        Poll::Pending => Err(Error::WouldBlock),
    }
}
