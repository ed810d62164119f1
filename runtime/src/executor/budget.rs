//! Bodies have no part in the budget of a task: a task that has used up its own is made to let others run, which a body cannot.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::{Context, Poll, Waker},
};

use tokio::task::coop;

/// Runs `f` outside of the budget of the task that is polled on this thread, if one is. There every future of tokio and every call would
/// be pending from some time on, however often it is polled.
pub(crate) fn without<T>(f: impl FnOnce() -> T) -> T {
    let mut f = Some(f);
    let run = poll_fn(|_| f.take().map_or(Poll::Pending, |f| Poll::Ready(f())));
    match pin!(coop::unconstrained(run)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("it is polled once"),
    }
}
