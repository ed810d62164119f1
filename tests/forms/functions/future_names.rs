//! Return types that are called futures and are none that a body must not return.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;
use tokio_offload::offload;

use crate::{call, elsewhere};

type AnswerFuture<T> = oneshot::Receiver<T>;

/// What is awaited was begun by the body.
#[offload]
fn begun(n: u8) -> AnswerFuture<u8> {
    elsewhere();
    let (answer, receiver) = oneshot::channel();
    _ = answer.send(n);
    receiver
}

#[derive(Debug, PartialEq)]
struct Futures(u8);

#[offload]
fn struct_of_the_name(n: u8) -> Futures {
    elsewhere();
    Futures(n)
}

struct OwnFuture;

impl Future for OwnFuture {
    type Output = u8;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u8> {
        Poll::Ready(3)
    }
}

#[offload]
fn future_of_ones_own(_: u8) -> OwnFuture {
    elsewhere();
    OwnFuture
}

#[offload]
fn parameter<FutureValue: Clone>(value: &FutureValue) -> FutureValue {
    elsewhere();
    value.clone()
}

type PinnedFuture<T> = Result<Pin<Box<T>>, String>;

#[offload]
fn no_future_in_it<T>(value: T) -> PinnedFuture<T> {
    elsewhere();
    Ok(Box::pin(value))
}

#[test]
fn return_types_that_are_only_named_like_futures_are_accepted() {
    assert_eq!(call(async { begun(1).await.await }), Ok(1));
    assert_eq!(call(struct_of_the_name(2)), Futures(2));
    assert_eq!(call(async { future_of_ones_own(0).await.await }), 3);
    assert_eq!(call(parameter(&4)), 4);
    assert_eq!(call(no_future_in_it(5)).map(|pinned| *pinned), Ok(5));
}
