//! Calls that are cancelled or dropped, and what becomes of their bodies.

use std::{
    future::Future,
    path::Path,
    pin::Pin,
    sync::Arc,
    task::{Context, Waker},
};

use offload_tests::BadWaker;
use tokio_offload::{Error, Workers, offload};

use crate::{
    Failed, call_error,
    gate::{Gate, wait_at},
    poll_once,
};

/// A function with a pool of its own, so that no test stands in the queue of another.
macro_rules! waits_alone {
    ($name:ident, $pool:ident $(, $set:ident)*) => {
        static $pool: Workers = Workers::new(stringify!($name)).processes(1)$(.$set())*;

        #[offload(remote = $pool)]
        fn $name(gate: &Path) -> Result<(), Failed> {
            Ok(wait_at(gate)?)
        }
    };
}

waits_alone!(unstarted, UNSTARTED);

#[tokio::test]
async fn a_call_cancelled_before_it_began_never_runs() {
    let gate = Gate::new();
    let call = unstarted(gate.path());
    call.cancel();
    call.cancel();
    assert!(call.is_finished());
    assert!(matches!(call_error(call.await), Error::Cancelled));
    let call = unstarted(gate.path());
    call.cancel();
    assert!(matches!(
        call.start().outcome().await,
        Err(Error::Cancelled)
    ));
    assert_eq!(UNSTARTED.stats().started, 0);
}

waits_alone!(queued, QUEUED);

#[tokio::test]
async fn a_waiting_call_is_cancelled_and_the_running_one_goes_on() {
    let gate = Gate::new();
    let running = queued(gate.path()).start();
    let visitor = gate.visitor().await;
    let waiting = queued(gate.path()).start();
    let mut polled = queued(gate.path());
    assert!(poll_once(&mut polled).await.is_pending());
    waiting.cancel();
    polled.cancel();
    assert!(matches!(waiting.outcome().await, Err(Error::Cancelled)));
    assert!(matches!(call_error(polled.await), Error::Cancelled));
    visitor.open().await;
    running.await.unwrap();
}

waits_alone!(killed, KILLED);

#[tokio::test]
async fn a_running_call_is_cancelled_with_its_worker() {
    let gate = Gate::new();
    let call = killed(gate.path()).start();
    let visitor = gate.visitor().await;
    call.cancel();
    visitor.gone().await;
    assert!(matches!(call_error(call.await), Error::Cancelled));
    // Its successor is ready for the next call.
    let call = killed(gate.path()).start();
    gate.visitor().await.open().await;
    call.await.unwrap();
    assert_eq!(KILLED.stats().started, 2);
}

waits_alone!(polled, POLLED);

#[tokio::test]
async fn a_running_call_that_its_caller_polls_is_cancelled_too() {
    let gate = Gate::new();
    let mut call = polled(gate.path());
    let visitor = tokio::select! {
        _ = &mut call => panic!("the call ended at a closed gate"),
        visitor = gate.visitor() => visitor,
    };
    call.cancel();
    let (end, ()) = tokio::join!(call.outcome(), visitor.gone());
    assert!(matches!(end, Err(Error::Cancelled)));
}

waits_alone!(dropped, DROPPED);

#[tokio::test]
async fn a_dropped_call_takes_its_worker_with_it() {
    for started in [false, true] {
        let gate = Gate::new();
        let mut call = dropped(gate.path());
        if started {
            call = call.start();
        }
        let visitor = tokio::select! {
            _ = &mut call => panic!("the call ended at a closed gate"),
            visitor = gate.visitor() => visitor,
        };
        drop(call);
        visitor.gone().await;
    }
    DROPPED.idle().await;
    assert_eq!(DROPPED.stats().done, 0);
}

waits_alone!(rude, RUDE);

#[tokio::test]
async fn a_waker_that_panics_as_it_is_dropped_is_not_heard_of() {
    for detached in [false, true] {
        let gate = Gate::new();
        let mut call = rude(gate.path()).start();
        let visitor = gate.visitor().await;
        let waker = Waker::from(Arc::new(BadWaker));
        let polled = Pin::new(&mut call).poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
        // The call has the last one.
        drop(waker);
        if detached {
            call.detach();
            visitor.open().await;
        } else {
            drop(call);
            visitor.gone().await;
        }
        RUDE.idle().await;
    }
    assert_eq!(RUDE.stats().running, 0);
}

waits_alone!(forgotten, FORGOTTEN);

#[tokio::test]
async fn a_dropped_call_that_waits_never_runs() {
    let gate = Gate::new();
    let running = forgotten(gate.path()).start();
    let visitor = gate.visitor().await;
    drop(forgotten(gate.path()).start());
    let mut waiting = forgotten(gate.path());
    assert!(poll_once(&mut waiting).await.is_pending());
    drop(waiting);
    visitor.open().await;
    running.await.unwrap();
    FORGOTTEN.idle().await;
    assert_eq!(FORGOTTEN.stats().done, 1);
    assert_eq!(FORGOTTEN.stats().started, 1);
}

waits_alone!(taskless, TASKLESS);

#[tokio::test]
async fn the_task_of_a_dropped_call_ends() {
    let gate = Gate::new();
    let running = taskless(gate.path()).start();
    let waiting = taskless(gate.path()).start();
    let tasks = || {
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks()
    };
    assert_eq!(tasks(), 2);
    let visitor = gate.visitor().await;
    drop((waiting, running));
    visitor.gone().await;
    while tasks() > 0 {
        tokio::task::yield_now().await;
    }
}

waits_alone!(kept, KEPT, detach_on_drop);

#[tokio::test]
async fn a_dropped_call_lets_its_body_finish_where_that_is_wanted() {
    let gate = Gate::new();
    let call = kept(gate.path()).start();
    let visitor = gate.visitor().await;
    drop(call);
    visitor.open().await;
    KEPT.idle().await;
    let call = kept(gate.path()).start();
    gate.visitor().await.open().await;
    call.await.unwrap();
    assert_eq!(KEPT.stats().started, 1);
}

waits_alone!(ended, ENDED);

#[tokio::test]
async fn what_has_ended_is_not_cancelled() {
    let gate = Gate::new();
    let call = ended(gate.path()).start();
    gate.visitor().await.open().await;
    while !call.is_finished() {
        tokio::task::yield_now().await;
    }
    call.cancel();
    call.await.unwrap();
}

static HURRIED: Workers = Workers::new("hurried").processes(2);

#[offload(remote = HURRIED)]
fn never_ends() -> Result<(), Failed> {
    loop {
        std::thread::park();
    }
}

/// The task of a call looks at it on one thread while it is cancelled or dropped on another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_cancelled_at_any_moment() {
    for round in 0..1000 {
        let call = never_ends().start();
        for _ in 0..round * 31 {
            std::hint::spin_loop();
        }
        if round % 3 == 0 {
            drop(call);
        } else {
            call.cancel();
            assert!(matches!(call.outcome().await, Err(Error::Cancelled)));
        }
    }
    HURRIED.idle().await;
    assert_eq!(HURRIED.stats().done, 0);
}
