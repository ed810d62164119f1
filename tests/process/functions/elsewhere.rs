//! A place of somebody else, whose calls panic when they are polled: each call ends, whoever polls it.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

use crate::poll_once;
use tokio_offload::{Error, offload};
use tokio_offload_remote::{CodecError, Failure, Function, Ongoing, Remote, Reply};

/// A place that runs nothing. Its calls can be polled so often before they panic.
struct Broken(&'static str, u32);

static BROKEN: Broken = Broken("broken", 0);
static BREAKS: Broken = Broken("breaks", 1);

struct BrokenCall(u32);

impl Remote for Broken {
    fn name(&self) -> &'static str {
        self.0
    }

    fn call(
        &'static self,
        _: &'static Function,
        _: Result<Vec<u8>, CodecError>,
        _: Vec<(String, String)>,
    ) -> Box<dyn Ongoing> {
        Box::new(BrokenCall(self.1))
    }

    fn take_buffer(&self) -> Vec<u8> {
        Vec::new()
    }

    fn max_message(&self) -> usize {
        usize::MAX
    }

    fn has_room(&self) -> bool {
        true
    }

    fn limit(&self) -> Option<usize> {
        None
    }

    fn processes(&self) -> usize {
        0
    }
}

impl Future for BrokenCall {
    type Output = Result<Reply, Failure>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0 = self.0.checked_sub(1).expect("no place");
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Ongoing for BrokenCall {
    fn cancel(&mut self) {
        panic!("nor a way to end it");
    }

    fn is_running(&self) -> bool {
        false
    }

    fn add_headers(&mut self, _: Vec<(String, String)>) {}
}

#[offload(remote = BROKEN)]
fn answer() -> Result<u8, Error> {
    Ok(42)
}

#[offload(remote = BREAKS)]
fn answer_later() -> Result<u8, Error> {
    Ok(42)
}

#[tokio::test]
async fn a_call_whose_poll_panicked_has_ended() {
    let mut call = pin!(answer());
    let mut cx = Context::from_waker(Waker::noop());
    let mut poll = || catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(&mut cx)));
    assert!(poll().is_err());
    let again = poll().unwrap();
    assert!(
        matches!(again, Poll::Ready(Err(Error::Cancelled))),
        "{again:?}"
    );
}

/// The task that polls a started call.
#[tokio::test]
async fn a_call_whose_task_panicked_has_ended() {
    let end = answer_later().start().await;
    assert!(matches!(end, Err(Error::Cancelled)), "{end:?}");
}

#[tokio::test]
async fn a_call_whose_cancelling_panicked_has_ended() {
    let mut call = answer_later();
    assert!(poll_once(&mut call).await.is_pending());
    assert!(catch_unwind(AssertUnwindSafe(|| call.cancel())).is_err());
    let end = call.await;
    assert!(matches!(end, Err(Error::Cancelled)), "{end:?}");
}
