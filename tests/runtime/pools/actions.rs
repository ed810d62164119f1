//! Cancel actions that never end: those of other calls run all the same, and calls whose body has ended do not wait for them.

use std::{future::ready, sync::mpsc, thread, time::Duration};

use offload_tests::drive;
use tokio::runtime::Runtime;
use tokio_offload::{
    Error, Offload, Pool, block_on, check_cancelled, current_pool, is_cancelled, on_cancel,
};

use super::kit::{assert_passed, child};

const LONG: Duration = Duration::from_secs(180);

static STUCK: Pool = Pool::new("stuck-actions").threads(80);

/// In a process of its own, since the threads for actions are those of the whole process.
#[test]
fn actions_that_never_end_hold_up_no_others() {
    assert_passed(&child("", "pools::actions::child_with_stuck_actions", &[]));
}

#[test]
#[ignore = "run in a process of its own"]
fn child_with_stuck_actions() {
    let runtime = Runtime::new().unwrap();
    let (begun, begins) = mpsc::channel();
    let (acting, acts) = mpsc::channel();
    let (release, released) = tokio::sync::watch::channel(());
    let stuck = move || {
        let (tell, told) = mpsc::channel();
        let mut released = released.clone();
        let action = move || {
            tell.send(()).unwrap();
            // Until the sender is gone.
            while drive(released.changed()).is_ok() {}
        };
        on_cancel(action).unwrap();
        begun.send(()).unwrap();
        told.recv().unwrap();
        acting.send(()).unwrap();
    };
    runtime.block_on(async {
        let held: Vec<_> = (0..64).map(|_| STUCK.run(stuck.clone()).start()).collect();
        begins.iter().take(64).for_each(drop);
        held.iter().for_each(Offload::cancel);
        acts.iter().take(64).for_each(drop);

        // First: later the thread that waits before it takes an action may be there.
        an_action_of_a_call_that_runs_in_place_is_no_body().await;
        a_body_that_has_ended_waits_for_no_thread().await;
        an_action_runs_for_a_body_that_waits_for_it().await;

        drop(release);
        for call in held {
            call.await;
        }
    });
}

/// Its action runs on the body's thread, where no other comes to it, and is no body there either.
async fn a_body_that_has_ended_waits_for_no_thread() {
    let (started, starts) = mpsc::channel();
    let (acted, acts) = mpsc::channel();
    let call = STUCK.run(move || {
        on_cancel(move || acted.send(check_cancelled()).unwrap()).unwrap();
        started.send(()).unwrap();
        while !is_cancelled() {
            thread::yield_now();
        }
    });
    let call = call.start();
    starts.recv().unwrap();
    call.cancel();
    call.await;
    let asked: Vec<_> = acts.into_iter().collect();
    assert!(matches!(asked[..], [Err(Error::NotInBody)]), "{asked:?}");
}

async fn an_action_runs_for_a_body_that_waits_for_it() {
    let (started, starts) = mpsc::channel();
    let call = STUCK.run(move || {
        let (interrupt, interrupted) = mpsc::channel::<()>();
        on_cancel(move || drop(interrupt)).unwrap();
        started.send(()).unwrap();
        interrupted.recv_timeout(LONG)
    });
    let call = call.start();
    starts.recv().unwrap();
    call.cancel();
    assert_eq!(call.await, Err(mpsc::RecvTimeoutError::Disconnected));
}

/// Nor is it a part of the body around, which waits for the call on the same thread.
async fn an_action_of_a_call_that_runs_in_place_is_no_body() {
    static ONE: Pool = Pool::new("acts-in-place").threads(1);
    let (started, starts) = mpsc::channel();
    let (acted, acts) = mpsc::channel();
    let inner = move || {
        let action = move || {
            let asked = (check_cancelled(), block_on(ready(())), current_pool());
            acted.send(asked).unwrap();
        };
        on_cancel(action).unwrap();
        started.send(()).unwrap();
        while !is_cancelled() {
            thread::yield_now();
        }
    };
    let call = ONE.run(move || block_on(ONE.run(inner))).start();
    starts.recv().unwrap();
    call.cancel();
    let ended = call.await;
    assert!(matches!(ended, Err(Error::Cancelled)), "{ended:?}");
    let asked = acts.recv().unwrap();
    let no_body: (Result<(), _>, Result<(), _>, Option<&str>) =
        (Err(Error::NotInBody), Err(Error::NotInBody), None);
    assert_eq!(format!("{asked:?}"), format!("{no_body:?}"));
}
