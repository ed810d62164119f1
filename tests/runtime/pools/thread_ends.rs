//! Calls and questions that come while a thread is taken down, from the destructors of its thread-local values.

use std::{
    cell::RefCell,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use offload_tests::{child, current_thread, drive};
use tokio_offload::{
    Error, Executor, Inline, Job, Pool, Rayon, block_on, check_cancelled, current_pool,
    is_cancelled, on_cancel, run, run_on,
};

use super::kit::outcome;

/// Does something while its thread is taken down.
struct AtTheEnd(Option<Box<dyn FnOnce()>>);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        self.0.take().unwrap()();
    }
}

thread_local! {
    static LAST: RefCell<Option<AtTheEnd>> = const { RefCell::new(None) };
}

/// Runs `last` as a thread ends whose bodies came after it was left there, and says whether it came through.
fn as_a_thread_ends(before: impl FnOnce() + Send + 'static, last: impl FnOnce() + Send + 'static) {
    let (done, over) = mpsc::channel();
    thread::spawn(move || {
        LAST.set(Some(AtTheEnd(Some(Box::new(move || {
            last();
            done.send(()).unwrap();
        })))));
        before();
    });
    over.recv_timeout(Duration::from_secs(180))
        .expect("it ends");
}

/// The same where a body is known to run, and what it asks for has gone already: thread-local values go one after another.
fn as_a_thread_ends_with_a_body(last: impl Fn() + Send + Sync + 'static) {
    let (last, (done, over)) = (Arc::new(last), mpsc::channel());
    let asks = Arc::clone(&last);
    thread::spawn(move || {
        let runtime = current_thread();
        let _entered = runtime.enter();
        // The first value, which goes last.
        drive(run_on(&Inline, || ()));
        LAST.set(Some(AtTheEnd(Some(Box::new(move || {
            last();
            done.send(()).unwrap();
        })))));
        asks();
    });
    over.recv_timeout(Duration::from_secs(180))
        .expect("it ends");
}

/// Runs bodies on the thread of their callers, as if it were another.
struct Here;

impl Executor for Here {
    fn submit(&self, job: Job) {
        job.run();
    }
}

#[test]
fn a_thread_that_ends_may_ask_and_call() {
    let status = child("pools::thread_ends::child_that_calls_as_it_ends");
    assert!(status.status.success(), "{status:?}");
}

#[test]
#[ignore = "run by a_thread_that_ends_may_ask_and_call"]
fn child_that_calls_as_it_ends() {
    static POOL: Pool = Pool::new("last-call").threads(1);
    let first = || drive(run_on(&Inline, || ()));
    as_a_thread_ends(first, || assert!(!is_cancelled()));
    as_a_thread_ends(first, || {
        assert!(matches!(check_cancelled(), Err(Error::NotInBody)));
        assert_eq!(current_pool(), None);
    });
    as_a_thread_ends(first, || {
        assert!(matches!(on_cancel(|| ()), Err(Error::NotInBody)));
    });
    as_a_thread_ends(first, || {
        assert!(matches!(block_on(async {}), Err(Error::NotInBody)));
    });
    as_a_thread_ends(first, || assert_eq!(drive(POOL.run(|| 7)), 7));
    as_a_thread_ends(first, || drop(POOL.run(|| 7).start()));
    as_a_thread_ends(first, || POOL.run(|| ()).detach());
    as_a_thread_ends(first, || {
        assert!(matches!(outcome(run(|| 1)), Err(Error::NoRuntime)));
    });
    as_a_thread_ends(first, || {
        assert_eq!(outcome(run_on(&Inline, || 7)).unwrap(), 7);
    });
    as_a_thread_ends(first, || {
        // The body runs, though nothing is known of it there.
        let asks = run_on(&Inline, || block_on(async { 3 }));
        assert!(matches!(outcome(asks).unwrap(), Err(Error::NotInBody)));
    });
    as_a_thread_ends_with_a_body(|| assert!(!drive(run_on(&Inline, is_cancelled))));
    as_a_thread_ends_with_a_body(|| {
        let runtime = current_thread();
        let _entered = runtime.enter();
        assert_eq!(drive(run_on(&Here, || block_on(async { 3 }))).unwrap(), 3);
    });
    let global = || outcome(run_on(&Rayon, || 7));
    as_a_thread_ends(first, move || assert_eq!(global().unwrap(), 7));
}

/// A body leaves something on its thread that calls as the thread ends.
#[test]
fn a_pools_thread_may_call_as_it_ends() {
    static POOL: Pool = Pool::new("last-calls")
        .threads(1)
        .keep_alive(Duration::ZERO);
    let (tell, told) = mpsc::channel();
    drive(POOL.run(move || {
        LAST.set(Some(AtTheEnd(Some(Box::new(move || {
            POOL.run(move || tell.send(9).unwrap()).detach();
        })))));
    }));
    assert_eq!(told.recv_timeout(Duration::from_secs(180)), Ok(9));
}
