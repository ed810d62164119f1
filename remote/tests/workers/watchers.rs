//! Who waits for a pool, and leaves nothing there when it goes.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Wake, Waker},
};

use tokio_offload_remote::{Failure, Workers};

use crate::kit::{Gate, one, remote, submit, wait};

static BAD: Workers = one("bad-wakers").build();
static LEFT: Workers = one("left-by-bad-wakers").detach_on_drop().build();
static WATCHED: Workers = one("watched").build();

remote! {
    BAD: fn bad_at(gate: String) -> () { wait(&gate) }
    LEFT: fn left_at(gate: String) -> () { wait(&gate) }
    BAD: fn bad_id() -> u32 { std::process::id() }
    WATCHED: fn watched_at(gate: String) -> () { wait(&gate) }
}

struct Nothing;

impl Wake for Nothing {
    fn wake(self: Arc<Self>) {}
}

/// As a loop does that waits for many things at once, each time anew.
#[tokio::test]
async fn a_dropped_idle_future_leaves_no_waker() {
    let gate = Gate::new();
    let call = tokio::spawn(watched_at(gate.path()));
    gate.reached().await;
    let told = Arc::new(Nothing);
    let waker = Waker::from(Arc::clone(&told));
    let cx = &mut Context::from_waker(&waker);
    for _ in 0..10 {
        let mut idle = Box::pin(WATCHED.idle());
        for _ in 0..10 {
            assert!(idle.as_mut().poll(cx).is_pending());
        }
        assert_eq!(Arc::strong_count(&told), 3, "one at a time");
    }
    let mut warm = Box::pin(WATCHED.prewarm(1));
    assert!(warm.as_mut().poll(cx).is_ready());
    assert_eq!(Arc::strong_count(&told), 2);
    gate.open().await;
    call.await.unwrap().unwrap();
    WATCHED.idle().await;
    let mut gone = Box::pin(WATCHED.close());
    let _ = gone.as_mut().poll(cx);
    drop(gone);
    assert_eq!(Arc::strong_count(&told), 2);
    WATCHED.close().await;
}

/// Panics as it is dropped, by whoever has the last one.
struct Bad;

impl Wake for Bad {
    fn wake(self: Arc<Self>) {
        std::mem::forget(self);
    }
}

impl Drop for Bad {
    fn drop(&mut self) {
        panic!("as planned");
    }
}

/// Polls with a waker of which the call has the last one then.
fn look<F: Future + Unpin>(call: &mut F) {
    let waker = Waker::from(Arc::new(Bad));
    let polled = Pin::new(call).poll(&mut Context::from_waker(&waker));
    assert!(polled.is_pending());
}

#[tokio::test]
async fn a_waker_that_panics_as_it_is_dropped_is_not_heard_of() {
    for dropped in [false, true] {
        let gate = Gate::new();
        let mut running = bad_at(gate.path());
        assert!(submit(&mut running).await.is_pending());
        gate.reached().await;
        if dropped {
            // Otherwise tokio would drop this waker when the next one comes.
            look(&mut running);
        }
        let mut waiting = [(); 4].map(|()| bad_id());
        waiting.iter_mut().for_each(look);
        waiting.iter_mut().for_each(look);
        let [first, mut second, third, last] = waiting;
        drop(first);
        second.cancel();
        assert!(matches!(second.await, Err(Failure::Cancelled)));
        if dropped {
            drop(running);
        } else {
            gate.open().await;
            running.await.unwrap();
        }
        third.await.unwrap();
        last.await.unwrap();
        assert_eq!((BAD.stats().running, BAD.stats().queued), (0, 0));
    }
    for dropped in [false, true] {
        let mut idle = Box::pin(BAD.idle());
        let gate = Gate::new();
        let mut running = bad_at(gate.path());
        look(&mut running);
        gate.reached().await;
        look(&mut idle);
        look(&mut idle);
        if dropped {
            drop(idle);
        }
        drop(running);
        BAD.idle().await;
    }
    BAD.shutdown();
    BAD.close().await;
}

#[tokio::test]
async fn nor_is_one_of_a_caller_that_left_its_body() {
    let gate = Gate::new();
    let mut running = left_at(gate.path());
    assert!(submit(&mut running).await.is_pending());
    gate.reached().await;
    look(&mut running);
    drop(running);
    gate.open().await;
    LEFT.idle().await;
    assert_eq!((LEFT.stats().done, LEFT.stats().running), (1, 0));
    // Nor is one kept while the body goes on.
    let mut running = left_at(gate.path());
    let told = Arc::new(Nothing);
    let waker = Waker::from(Arc::clone(&told));
    assert!(submit(&mut running).await.is_pending());
    gate.reached().await;
    let polled = Pin::new(&mut running).poll(&mut Context::from_waker(&waker));
    assert!(polled.is_pending());
    drop((running, waker));
    assert_eq!(Arc::strong_count(&told), 1);
    gate.open().await;
    LEFT.idle().await;
}
