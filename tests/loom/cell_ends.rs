//! However running, waiting, dropping and refusing meet on the cell: one outcome, one body, every value dropped once.

use std::{
    future::poll_fn,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Poll, Waker},
};

use crate::{
    block_on::block_on,
    call::{
        cell::Cell,
        current,
        site::Site,
        traits::{Call, Run, Step},
    },
    check,
    error::Error,
    trial::{Trial, fresh},
};

/// C12, R14: the result reaches a waiter, whenever it comes.
#[test]
fn waiting_meets_running() {
    check(None, || {
        let trial = Trial::idle();
        let thread = trial.spawn_run();
        assert!(trial.outcome().is_ok());
        thread.join().unwrap();
        assert_eq!(trial.settled(), 1);
    });
}

/// R14, F2: only the waker of the last poll counts, and it is not lost.
#[test]
fn another_task_takes_over_the_waiting() {
    check(None, || {
        let trial = Trial::idle();
        let thread = trial.spawn_run();
        match trial.call.poll(Waker::noop()) {
            Step::Ready(result) => assert!(result.is_ok()),
            _ => assert!(trial.outcome().is_ok()),
        }
        thread.join().unwrap();
        assert_eq!(trial.settled(), 1);
    });
}

/// P1: a panic is an outcome like any other.
#[test]
fn waiting_meets_a_panic() {
    check(None, || {
        let trial = Trial::new(|_| std::panic::resume_unwind(Box::new(7_u8)));
        let thread = trial.spawn_run();
        let Err(Error::Panicked(panic)) = trial.outcome() else {
            panic!("the panic of the body is the outcome");
        };
        assert_eq!(panic.into_payload().downcast_ref(), Some(&7_u8));
        thread.join().unwrap();
    });
}

/// C3, C4: dropped before the start the body never runs, dropped later its value is dropped for it.
#[test]
fn dropping_meets_running() {
    check(None, || {
        let trial = Trial::idle();
        let thread = trial.spawn_run();
        trial.call.abandon();
        thread.join().unwrap();
        trial.settled();
    });
}

/// C3: a call that was dropped is not started by anyone.
#[test]
fn nothing_starts_after_a_drop() {
    check(None, || {
        let trial = Trial::idle();
        trial.call.abandon();
        let thread = trial.spawn_run();
        trial.job.refuse(Error::Shutdown);
        thread.join().unwrap();
        assert_eq!(trial.settled(), 0);
    });
}

/// X5, R14: a body that waits for a call may run it itself while a runner takes it; one of them wins.
#[test]
fn two_threads_run_the_same_call() {
    check(None, || {
        let trial = Trial::idle();
        let first = trial.spawn_run();
        let second = trial.spawn_run();
        assert!(trial.outcome().is_ok());
        first.join().unwrap();
        second.join().unwrap();
        assert_eq!(trial.settled(), 1);
    });
}

/// C3, X5: the same with a caller who goes meanwhile.
#[test]
fn two_threads_run_a_call_that_is_dropped() {
    check(None, || {
        let trial = Trial::idle();
        let first = trial.spawn_run();
        let second = trial.spawn_run();
        trial.call.abandon();
        first.join().unwrap();
        second.join().unwrap();
        trial.settled();
    });
}

/// S8, S9: an executor that refuses ends the call; a run that comes first wins.
#[test]
fn refusing_meets_running() {
    check(None, || {
        let trial = Trial::idle();
        let run = trial.spawn_run();
        let refuse = trial.spawn(|job| job.refuse(Error::Shutdown));
        let outcome = trial.outcome();
        run.join().unwrap();
        refuse.join().unwrap();
        let ran = outcome.is_ok();
        assert!(ran || matches!(outcome, Err(Error::Shutdown)));
        drop(outcome);
        assert_eq!(trial.settled(), usize::from(ran));
    });
}

/// C1, S8: refused and dropped at once.
#[test]
fn refusing_meets_dropping() {
    check(None, || {
        let trial = Trial::idle();
        let refuse = trial.spawn(|job| job.refuse(Error::Shutdown));
        trial.call.abandon();
        refuse.join().unwrap();
        assert_eq!(trial.settled(), 0);
    });
}

/// A detached body runs, although nobody is left; the future that detached is dropped as well.
#[test]
fn detaching_meets_running() {
    check(None, || {
        let trial = Trial::idle();
        let thread = trial.spawn_run();
        assert!(trial.call.detach().is_none());
        trial.call.abandon();
        thread.join().unwrap();
        assert_eq!(trial.settled(), 1);
    });
}

/// A detached call that is refused says so if it is known in time, and keeps nothing.
#[test]
fn detaching_meets_refusing() {
    check(None, || {
        let trial = Trial::idle();
        let thread = trial.spawn(|job| job.refuse(Error::NoRuntime));
        let error = trial.call.detach();
        assert!(matches!(error, None | Some(Error::NoRuntime)));
        trial.call.abandon();
        thread.join().unwrap();
        assert_eq!(trial.settled(), 0);
    });
}

/// D6 in small: finished is not said before the outcome is there, and stays said.
#[test]
fn finished_means_that_waiting_is_over() {
    check(None, || {
        let trial = Trial::idle();
        let thread = trial.spawn_run();
        let finished = trial.call.is_finished();
        let ready = matches!(trial.call.poll(Waker::noop()), Step::Ready(Ok(_)));
        assert!(ready || !finished);
        thread.join().unwrap();
        assert!(trial.call.is_finished());
        if !ready {
            assert!(trial.outcome().is_ok());
        }
        assert_eq!(trial.settled(), 1);
    });
}

/// R14: what the first poll left while nobody shared the call is woken, and the last one finds the result with a lock or without.
#[test]
fn polling_alone_meets_running() {
    check(None, || {
        let (mut call, account) = fresh(|_| ());
        let mut thread = None;
        let outcome = block_on(poll_fn(|cx| {
            let alone = Arc::get_mut(&mut call).and_then(|call| call.poll_alone(cx.waker()));
            match alone.unwrap_or_else(|| call.poll(cx.waker())) {
                Step::Submit(()) => {
                    let job = Arc::clone(&call).job();
                    let run = move || job.run(None, &mut |_, _| ());
                    thread = Some(loom::thread::spawn(run));
                    Poll::Pending
                }
                Step::Pending => Poll::Pending,
                Step::Ready(result) => Poll::Ready(result),
            }
        }));
        assert!(outcome.is_ok());
        drop(outcome);
        thread.expect("submitted").join().unwrap();
        let over = Arc::get_mut(&mut call).is_some_and(Call::is_over);
        assert!(over, "the result was taken");
        assert_eq!(account.values_dropped.load(SeqCst), 1);
    });
}

/// A result that tells where it is dropped.
struct Left {
    /// Whether the thread of the body counts the body as ended by now.
    settled: Arc<AtomicBool>,
    runner: Arc<OnceLock<loom::thread::ThreadId>>,
    /// Whether the thread of the body dropped it when the body had ended.
    late: Arc<AtomicBool>,
}

impl Drop for Left {
    fn drop(&mut self) {
        let here = loom::thread::current().id();
        let by_body = self.runner.get() == Some(&here);
        if by_body && (!current::is_entered() || self.settled.load(SeqCst)) {
            self.late.store(true, SeqCst);
        }
    }
}

/// C4: whenever the caller goes, the thread of the body drops the result only as a part of the body.
#[test]
fn a_result_that_nobody_wants_is_dropped_by_its_body_or_its_caller() {
    static SITE: Site = Site::new("left", module_path!(), file!(), line!());
    check(None, || {
        let settled = Arc::<AtomicBool>::default();
        let (runner, late) = (Arc::default(), Arc::<AtomicBool>::default());
        let left = Left {
            settled: Arc::clone(&settled),
            runner: Arc::clone(&runner),
            late: Arc::clone(&late),
        };
        let cell = Arc::new(Cell::new(&SITE, move || left, ()));
        assert!(cell.begin().is_some());
        let job = Arc::clone(&cell) as Arc<dyn Run>;
        let thread = loom::thread::spawn(move || {
            runner.set(loom::thread::current().id()).unwrap();
            job.run(None, &mut |_, _| settled.store(true, SeqCst));
        });
        cell.abandon();
        thread.join().unwrap();
        assert!(!late.load(SeqCst), "its `Drop` is no part of the body");
    });
}
