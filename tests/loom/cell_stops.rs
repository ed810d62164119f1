//! A request to stop is never lost: it ends a call that has not started, or the body hears of it.

use std::sync::Arc;

use crate::{
    call::{cancel::Reason, signal::Signal},
    check,
    error::Error,
    trial::{Trial, wait_for_stop},
};

/// C7, C12: when `cancel` has returned, the call is over or its body has been told.
#[test]
fn cancelling_is_heard_or_ends_the_call() {
    check(None, || {
        let trial = Trial::idle();
        let thread = trial.spawn_run();
        trial.cancel();
        let told = trial.body.stopped() == Some(Reason::Cancelled);
        assert!(told || trial.call.is_finished(), "the request was lost");
        let outcome = trial.outcome();
        thread.join().unwrap();
        let ran = outcome.is_ok();
        assert!(ran || matches!(outcome, Err(Error::Cancelled)));
        drop(outcome);
        assert_eq!(trial.settled(), usize::from(ran));
    });
}

/// C12: cancelled twice, from two threads, while it runs.
#[test]
fn cancelling_twice_meets_running() {
    check(None, || {
        let trial = Trial::idle();
        let run = trial.spawn_run();
        let cancel = trial.spawn_cancel();
        trial.cancel();
        let ran = trial.outcome().is_ok();
        run.join().unwrap();
        cancel.join().unwrap();
        assert_eq!(trial.settled(), usize::from(ran));
    });
}

/// C12, S8: cancelled, refused and awaited at once: one of two errors.
#[test]
fn cancelling_meets_refusing() {
    check(None, || {
        let trial = Trial::idle();
        let refuse = trial.spawn(|job| job.refuse(Error::Shutdown));
        let cancel = trial.spawn_cancel();
        let outcome = trial.outcome();
        assert!(matches!(outcome, Err(Error::Shutdown | Error::Cancelled)));
        refuse.join().unwrap();
        cancel.join().unwrap();
        assert_eq!(trial.settled(), 0);
    });
}

/// C12: cancelled, run and dropped at once.
#[test]
fn cancelling_meets_running_and_dropping() {
    check(None, || {
        let trial = Trial::idle();
        let run = trial.spawn_run();
        let cancel = trial.spawn_cancel();
        trial.call.abandon();
        run.join().unwrap();
        cancel.join().unwrap();
        trial.settled();
    });
}

/// C11: a body that waits in `block_on` is woken by a cancel; a lost wake-up is a deadlock.
#[test]
fn cancelling_wakes_a_blocked_body() {
    check(None, || {
        let trial = Trial::new(wait_for_stop);
        let thread = trial.spawn_run();
        trial.cancel();
        let ran = trial.outcome().is_ok();
        thread.join().unwrap();
        assert_eq!(trial.settled(), usize::from(ran));
    });
}

/// C7: so is it when its caller goes.
#[test]
fn dropping_wakes_a_blocked_body() {
    check(None, || {
        let trial = Trial::new(wait_for_stop);
        let thread = trial.spawn_run();
        trial.call.abandon();
        thread.join().unwrap();
        trial.settled();
    });
}

/// S7: a body that starts to listen while the signal is raised hears it.
#[test]
fn shutdown_wakes_a_body_that_begins_to_listen() {
    check(None, || {
        let signal = Arc::new(Signal::default());
        let heard = Arc::clone(&signal);
        let trial = Trial::new(move |body| {
            heard.listen(body);
            wait_for_stop(body);
            assert_eq!(body.stopped(), Some(Reason::Shutdown));
            heard.forget(body);
        });
        let thread = trial.spawn_run();
        signal.raise();
        assert!(trial.outcome().is_ok());
        thread.join().unwrap();
        assert_eq!(trial.settled(), 1);
    });
}

/// C9: a call that has ended is not told by a signal that it forgot.
#[test]
fn shutdown_meets_a_body_that_stops_listening() {
    check(None, || {
        let signal = Arc::new(Signal::default());
        let heard = Arc::clone(&signal);
        let trial = Trial::new(move |body| {
            heard.listen(body);
            heard.forget(body);
        });
        let thread = trial.spawn_run();
        signal.raise();
        assert!(trial.outcome().is_ok());
        thread.join().unwrap();
        assert_eq!(trial.settled(), 1);
    });
}
