//! Runs bodies without tokio's cooperative budget: a task with an empty budget must yield, which a body cannot do.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::{Context, Poll, Waker},
};

use tokio::task::coop;

/// Runs `f` outside of the budget of the task that is polled on this thread, if there is one. Within an empty budget every future of tokio
/// and every call would stay pending, however often it is polled.
pub(crate) fn without<T>(f: impl FnOnce() -> T) -> T {
    let mut f = Some(f);
    let run = poll_fn(|_| f.take().map_or(Poll::Pending, |f| Poll::Ready(f())));
    match pin!(coop::unconstrained(run)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("it is polled once"),
    }
}
