//! The threads of a pool: none waits while there is a visit, none goes while one may be left over.

use std::{io, sync::Arc, time::Duration};

use loom::{
    sync::{Condvar, Mutex},
    thread::{self, JoinHandle},
};

use crate::{check, scheduler::thread_set::ThreadSet};

/// Threads that stay go when the set is closed; those that do not, as soon as they find nothing.
const STAY: Duration = Duration::MAX;
const GO: Duration = Duration::ZERO;

#[derive(Clone)]
struct Pool {
    set: Arc<ThreadSet<()>>,
    kept: Duration,
    /// How many visits end only when all of them have begun.
    together: usize,
    begun: Arc<(Mutex<usize>, Condvar)>,
    threads: Arc<std::sync::Mutex<Vec<JoinHandle<()>>>>,
}

impl Pool {
    fn new(cap: usize, kept: Duration, together: usize) -> Self {
        Self {
            set: Arc::new(ThreadSet::new(cap)),
            kept,
            together,
            begun: Arc::new((Mutex::new(0), Condvar::new())),
            threads: Arc::default(),
        }
    }

    /// Sends a visit, for which a thread can be started if there is none.
    fn send(&self) {
        let pool = self.clone();
        let start = || {
            let thread = thread::spawn(move || pool.set.work(pool.kept, |()| pool.visit()));
            self.threads.lock().unwrap().push(thread);
            Ok(())
        };
        self.set.send(|| (), start).expect("threads can be started");
    }

    /// Sends a visit where no further thread can be started.
    fn send_refused(&self) -> io::Result<()> {
        self.set
            .send(|| (), || Err(io::Error::other("no thread today")))
    }

    fn visit(&self) {
        let (begun, more) = &*self.begun;
        let mut begun = begun.lock().unwrap();
        *begun += 1;
        more.notify_all();
        while *begun < self.together {
            begun = more.wait(begun).unwrap();
        }
    }

    /// Waits until so many visits have begun.
    fn await_visits(&self, visits: usize) {
        let (begun, more) = &*self.begun;
        let mut begun = begun.lock().unwrap();
        while *begun < visits {
            begun = more.wait(begun).unwrap();
        }
    }

    /// Every thread goes, or the model hangs; those that have gone have made all visits.
    fn end(self, visits: usize) {
        self.set.close();
        loop {
            let thread = self.threads.lock().unwrap().pop();
            let Some(thread) = thread else { break };
            thread.join().unwrap();
        }
        assert_eq!(*self.begun.0.lock().unwrap(), visits);
    }
}

fn two_send_at_once(pool: fn(Duration) -> Pool) {
    for kept in [STAY, GO] {
        check(Some(2), move || {
            let pool = pool(kept);
            let other = pool.clone();
            let sends = thread::spawn(move || other.send());
            pool.send();
            sends.join().unwrap();
            pool.end(2);
        });
    }
}

/// No visit waits for the end of another, whichever thread takes it.
#[test]
fn each_visit_has_a_thread() {
    two_send_at_once(|kept| Pool::new(2, kept, 2));
}

#[test]
fn each_visit_is_made() {
    for kept in [STAY, GO] {
        check(Some(3), move || {
            let pool = Pool::new(2, kept, 0);
            pool.send();
            pool.send();
            pool.end(2);
        });
    }
}

#[test]
fn two_who_send_at_once_start_as_many_as_they_may() {
    two_send_at_once(|kept| Pool::new(1, kept, 0));
}

#[test]
fn who_lives_makes_the_visit_of_a_thread_that_was_refused() {
    for kept in [STAY, GO] {
        check(Some(3), move || {
            let pool = Pool::new(2, kept, 0);
            pool.send();
            let sent = pool.send_refused().is_ok();
            // A thread that goes may have gone before.
            assert!(sent || kept == GO);
            pool.end(1 + usize::from(sent));
        });
    }
}

#[test]
fn a_refusal_is_told_where_nobody_lives() {
    check(None, || {
        let pool = Pool::new(2, STAY, 0);
        assert!(pool.send_refused().is_err());
        pool.send();
        pool.end(1);
    });
}

/// Each is started for a visit of its own, so none of them makes up for the other.
#[test]
fn two_refusals_at_once_are_told_to_both() {
    check(None, || {
        let pool = Pool::new(2, STAY, 0);
        let other = pool.clone();
        let refused = thread::spawn(move || other.send_refused());
        assert!(pool.send_refused().is_err());
        assert!(refused.join().unwrap().is_err());
        pool.end(0);
    });
}

#[test]
fn no_more_threads_start_than_may() {
    check(Some(3), || {
        let pool = Pool::new(1, STAY, 0);
        pool.send();
        pool.send();
        assert_eq!(pool.threads.lock().unwrap().len(), 1);
        pool.end(2);
    });
}

/// A thread that has gone is not called in the place of one that stays.
#[test]
fn who_stays_is_called_when_another_has_gone() {
    check(Some(2), || {
        let stays = Pool::new(2, STAY, 2);
        let goes = Pool {
            kept: GO,
            ..stays.clone()
        };
        stays.send();
        goes.send();
        stays.await_visits(2);
        stays.send();
        stays.await_visits(3);
        stays.end(3);
    });
}
