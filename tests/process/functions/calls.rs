//! What a caller does with a call: await, start, refuse, detach.

use std::{
    future::Future,
    path::Path,
    pin::pin,
    sync::atomic::{AtomicU32, Ordering},
    task::{Context, Poll, Waker},
};

use tokio_offload::{Error, Workers, offload};

use crate::{
    Failed, WORKERS, call_error,
    gate::{Gate, arrive_at, wait_at},
};

/// One of each kind for each test, so that no test stands in the queue of another.
macro_rules! waits_in {
    ($name:ident, $pool:ident) => {
        #[offload(remote = $pool)]
        fn $name(gate: &Path) -> Result<(), Failed> {
            Ok(wait_at(gate)?)
        }
    };
}

/// A function that tells how often it ran, in a pool of its own.
macro_rules! counts {
    ($name:ident, $pool:ident) => {
        static $pool: Workers = Workers::new(stringify!($name)).processes(1);

        #[offload(remote = $pool)]
        fn $name() -> Result<u32, Failed> {
            static BODIES: AtomicU32 = AtomicU32::new(0);
            Ok(BODIES.fetch_add(1, Ordering::Relaxed) + 1)
        }
    };
}

counts!(count, COUNT);

#[tokio::test]
async fn a_call_that_is_not_polled_never_runs() {
    drop(count());
    let unpolled = count();
    assert!(!unpolled.is_finished());
    assert_eq!(count().await.unwrap(), 1);
    assert_eq!(unpolled.await.unwrap(), 2);
}

waits_in!(waits, WORKERS);

#[tokio::test]
async fn a_started_call_runs_without_being_polled() {
    let gate = Gate::new();
    let call = waits(gate.path()).start().start();
    let visitor = gate.visitor().await;
    assert!(!call.is_finished());
    visitor.open().await;
    while !call.is_finished() {
        tokio::task::yield_now().await;
    }
    call.await.unwrap();
}

#[tokio::test]
async fn a_started_call_wakes_its_caller() {
    let gate = Gate::new();
    let call = waits(gate.path()).start();
    let open = async { gate.visitor().await.open().await };
    let (end, ()) = tokio::join!(call, open);
    end.unwrap();
}

#[tokio::test]
async fn a_polled_call_can_be_started_then() {
    let gate = Gate::new();
    let mut call = waits(gate.path());
    assert!(poll(&mut call).is_pending());
    let call = call.start();
    gate.visitor().await.open().await;
    call.await.unwrap();
}

static FULL: Workers = Workers::new("full").processes(1).queue_capacity(0);
waits_in!(waits_in_full, FULL);

#[tokio::test]
async fn a_full_pool_refuses_try_start() {
    let gate = Gate::new();
    let first = waits_in_full(gate.path())
        .try_start()
        .expect("room for one");
    let visitor = gate.visitor().await;
    let refused = waits_in_full(gate.path())
        .try_start()
        .expect_err("no room for two");
    assert_eq!(refused.to_string(), Error::Full.to_string());
    let second = refused.into_call();
    assert!(!second.is_finished());
    let first = first
        .try_start()
        .expect("what was started is left as it is");
    visitor.open().await;
    first.await.unwrap();
    let open = async { gate.visitor().await.open().await };
    let (end, ()) = tokio::join!(second, open);
    end.unwrap();
}

static AT_ONCE: Workers = Workers::new("at once").processes(1).queue_capacity(1);
waits_in!(waits_at_once, AT_ONCE);

/// Nothing comes between the calls: each must see the one before.
#[tokio::test]
async fn a_started_call_has_its_place_at_once() {
    let gate = Gate::new();
    let line: Vec<_> = (0..5)
        .map(|_| waits_at_once(gate.path()).try_start())
        .collect();
    let accepted: Vec<_> = line.iter().map(Result::is_ok).collect();
    assert_eq!(accepted, [true, true, false, false, false]);
    for call in line.into_iter().flatten() {
        let open = async { gate.visitor().await.open().await };
        let (end, ()) = tokio::join!(call, open);
        end.unwrap();
    }
}

static CROWD: Workers = Workers::new("crowd").processes(1).queue_capacity(0);
waits_in!(waits_in_crowd, CROWD);

#[tokio::test]
async fn a_call_that_has_its_place_is_not_refused() {
    let gate = Gate::new();
    let mut call = waits_in_crowd(gate.path());
    let visitor = tokio::select! {
        _ = &mut call => panic!("the call ended at a closed gate"),
        visitor = gate.visitor() => visitor,
    };
    let call = call.try_start().expect("the place it has");
    visitor.open().await;
    call.await.unwrap();
}

#[offload(remote = WORKERS)]
fn tells(gate: &Path) -> Result<(), Failed> {
    let mut tell = arrive_at(gate)?;
    wait_at(gate)?;
    tell(7);
    Ok(())
}

#[tokio::test]
async fn a_detached_call_runs_to_its_end() {
    for polled in [false, true] {
        let gate = Gate::new();
        let mut call = tells(gate.path());
        if polled {
            assert!(poll(&mut call).is_pending());
        }
        call.detach();
        let mut teller = gate.visitor().await;
        gate.visitor().await.open().await;
        assert_eq!(teller.word().await, Some(7));
    }
}

#[tokio::test]
async fn a_call_started_before_can_be_detached() {
    let gate = Gate::new();
    let call = tells(gate.path()).start();
    let mut teller = gate.visitor().await;
    call.detach();
    gate.visitor().await.open().await;
    assert_eq!(teller.word().await, Some(7));
}

#[test]
fn without_a_runtime_a_call_fails() {
    let mut call = waits(Path::new("/"));
    let Poll::Ready(end) = poll(&mut call) else {
        panic!("the call waits for a runtime");
    };
    assert!(matches!(call_error(end), Error::NoRuntime));
    let mut started = waits(Path::new("/")).start();
    assert!(started.is_finished());
    let Poll::Ready(end) = poll(&mut started) else {
        panic!("the call waits for a runtime");
    };
    assert!(matches!(call_error(end), Error::NoRuntime));
}

#[test]
#[should_panic(expected = "no tokio runtime on this thread")]
fn without_a_runtime_nobody_can_be_told_of_a_detached_call() {
    waits(Path::new("/")).detach();
}

counts!(count_once, COUNT_ONCE);

#[tokio::test]
#[should_panic(expected = "polled after it had completed")]
async fn a_call_that_has_ended_is_not_polled_again() {
    let mut call = pin!(count_once());
    call.as_mut().await.unwrap();
    let _ = call.await;
}

counts!(count_often, COUNT_OFTEN);

#[tokio::test]
async fn a_call_is_polled_often_and_runs_once() {
    let mut call = count_often();
    let end = loop {
        match poll(&mut call) {
            Poll::Ready(end) => break end,
            Poll::Pending => tokio::task::yield_now().await,
        }
    };
    assert_eq!(end.unwrap(), 1);
    assert_eq!(count_often().await.unwrap(), 2);
}

/// Polls once, for nobody.
fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}
