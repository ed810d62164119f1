//! A place of somebody else, whose calls panic wherever they can: each call ends, whoever polls it, and tells the panic.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::panicking,
};

use crate::poll_once;
use serde::{Deserialize, Serialize};
use tokio_offload::{Error, offload};
use tokio_offload_remote::{CodecError, Failure, Function, Ongoing, Remote, Reply};

/// A place that runs nothing. Its calls can be polled so often before they panic, as they do in the end when they are dropped.
#[derive(Clone, Copy)]
struct Broken {
    name: &'static str,
    polls: u32,
    /// Whether they end instead.
    fails: bool,
    /// What is asked of a call under way panics.
    unknown: bool,
    /// So does adding to what travels with it.
    closed: bool,
    /// They answer at once, with a value that cannot be dropped.
    answers: bool,
}

impl Broken {
    const fn new(name: &'static str, polls: u32) -> Self {
        Self {
            name,
            polls,
            fails: false,
            unknown: false,
            closed: false,
            answers: false,
        }
    }
}

static BROKEN: Broken = Broken::new("broken", 0);
static BREAKS: Broken = Broken::new("breaks", 1);
static FAILS: Broken = Broken {
    fails: true,
    ..Broken::new("broken-drop", 1)
};
static UNKNOWN: Broken = Broken {
    unknown: true,
    ..Broken::new("broken-state", 1)
};
static CLOSED: Broken = Broken {
    closed: true,
    ..Broken::new("broken-headers", 1)
};

static ANSWERS: Broken = Broken {
    answers: true,
    ..Broken::new("broken-answers", 0)
};
static ENDLESS: Broken = Broken::new("broken-endless", u32::MAX);

/// A value that panics as it is dropped.
#[derive(Debug, Serialize, Deserialize)]
struct Rude;

impl Drop for Rude {
    fn drop(&mut self) {
        panic!("it will not go");
    }
}

struct BrokenCall(Broken);

impl Remote for Broken {
    fn name(&self) -> &'static str {
        self.name
    }

    fn call(
        &'static self,
        _: &'static Function,
        _: Result<Vec<u8>, CodecError>,
        _: Vec<(String, String)>,
    ) -> Box<dyn Ongoing> {
        Box::new(BrokenCall(*self))
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
        if self.0.answers {
            // A value, and no error.
            return Poll::Ready(Ok(Reply::new(vec![1])));
        }
        if self.0.fails && self.0.polls == 0 {
            return Poll::Ready(Err(Failure::Full));
        }
        self.0.polls = self.0.polls.checked_sub(1).expect("no place");
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Ongoing for BrokenCall {
    fn cancel(&mut self) {
        panic!("no way to end it");
    }

    fn is_running(&self) -> bool {
        assert!(!self.0.unknown, "no way to know");
        false
    }

    fn add_headers(&mut self, _: Vec<(String, String)>) {
        assert!(!self.0.closed, "no way to add to it");
    }
}

impl Drop for BrokenCall {
    fn drop(&mut self) {
        assert!(panicking(), "no way to be rid of it");
        // In a panic this would be the end of the program.
        std::process::abort();
    }
}

#[offload(remote = BROKEN)]
fn answer() -> Result<u8, Error> {
    Ok(42)
}

#[offload(remote = BREAKS)]
fn answer_later() -> Result<u8, Error> {
    Ok(42)
}

#[offload(remote = FAILS)]
fn fails() -> Result<u8, Error> {
    Ok(42)
}

#[offload(remote = UNKNOWN)]
fn unknown() -> Result<u8, Error> {
    Ok(42)
}

#[offload(remote = CLOSED)]
fn closed() -> Result<u8, Error> {
    Ok(42)
}

#[offload(remote = ANSWERS)]
fn rude() -> Result<Rude, Error> {
    Ok(Rude)
}

#[offload(remote = ENDLESS)]
fn endless() -> Result<u8, Error> {
    Ok(42)
}

#[track_caller]
fn tells(end: Result<u8, Error>, what: &str) {
    let Err(Error::Panicked(panic)) = end else {
        panic!("another end: {end:?}");
    };
    assert_eq!(panic.message().as_deref(), Some(what));
}

#[tokio::test]
async fn a_call_whose_poll_panics_ends_with_that() {
    tells(answer().await, "no place");
    tells(answer_later().await, "no place");
    tells(answer().outcome().await.and_then(|end| end), "no place");
    tells(unknown().await, "no way to know");
    tells(closed().await, "no way to add to it");
}

/// The task polls it, or the caller who starts it; nobody is there to see the end of the last.
#[tokio::test]
async fn a_call_whose_task_panics_ends_with_that() {
    offload_tests::limit_all();
    for call in [answer(), answer_later()] {
        tells(call.start().await, "no place");
    }
    tells(unknown().start().await, "no way to know");
    tells(closed().start().await, "no way to add to it");
    for call in [answer(), answer_later(), unknown(), closed()] {
        call.detach();
    }
}

#[tokio::test]
async fn a_call_whose_cancelling_panics_ends_with_that() {
    offload_tests::limit_all();
    let mut call = answer_later();
    assert!(poll_once(&mut call).await.is_pending());
    call.cancel();
    tells(call.await, "no way to end it");
    let call = answer_later().start();
    call.cancel();
    tells(call.await, "no way to end it");
}

/// What it was to say has been said by then.
#[tokio::test]
async fn a_call_that_panics_as_it_goes_has_its_end() {
    for call in [fails(), fails().start()] {
        let end = call.await;
        assert!(matches!(end, Err(Error::Full)), "{end:?}");
    }
    drop(answer());
    let mut call = answer_later();
    assert!(poll_once(&mut call).await.is_pending());
    drop(call);
    drop(answer_later().start());
}

/// Its caller is not there any more, or does not want it.
#[tokio::test]
async fn a_result_that_panics_as_it_goes_harms_nobody() {
    rude().detach();
    drop(rude().start());
    std::mem::forget(rude().await);
    std::mem::forget(rude().start().await);
}

/// Nobody has polled it, or its runtime has gone.
#[test]
fn a_call_that_panics_as_it_goes_ends_as_it_would() {
    let runtime = offload_tests::current_thread();
    runtime.block_on(async {
        let call = answer();
        call.cancel();
        let end = call.await;
        assert!(matches!(end, Err(Error::Cancelled)), "{end:?}");
    });
    let call = runtime.block_on(async { endless().start() });
    runtime.block_on(async { endless().detach() });
    drop(runtime);
    let end = offload_tests::current_thread().block_on(call);
    assert!(matches!(end, Err(Error::Shutdown)), "{end:?}");
}

struct RudeWaker;

impl Wake for RudeWaker {
    fn wake(self: Arc<Self>) {}
}

impl Drop for RudeWaker {
    fn drop(&mut self) {
        panic!("the waker will not go");
    }
}

/// The last that is left of a waker is with the call.
#[tokio::test]
async fn a_waker_that_panics_as_it_goes_harms_nobody() {
    let started = || {
        let mut call = endless().start();
        let waker = Waker::from(Arc::new(RudeWaker));
        assert!(
            Pin::new(&mut call)
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
        call
    };
    started().detach();
    drop(started());
}
