//! A standstill: calls are queued while no body of the pool ends. The bodies may be waiting for these calls.
//! Or bodies that run wait for each other.
//!
//! The library cannot see that a body waits for a task, a channel or another thread. It sees that no body ends for long, or that nothing
//! wakes a body that waits, and warns once.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use super::monitor;
use crate::{
    call::block_on::{blocked::ThreadHome, endless_wait::EndlessWait},
    metrics::counts::{Counts, Stats},
    warning,
};

/// Where the reader finds more.
const PAGE: &str = "see the page `block_on` of the guide, `tokio_offload::guide::block_on`";

/// Whether the monitor watches a group of threads for a standstill, and whether there was one.
#[derive(Default)]
pub(crate) struct Standstill {
    watched: AtomicBool,
    told: AtomicBool,
    told_of_no_thread: AtomicBool,
    told_of_circle: AtomicBool,
    told_of_still: AtomicBool,
    told_of_outside: AtomicBool,
}

impl Standstill {
    /// Whether the monitor watches already. A queue with a lock asks this under its lock, any other queue after it has counted the call: so
    /// either `unwatch` sees the call, or the submitter sees that the monitor has stopped.
    pub(crate) fn is_watched(&self) -> bool {
        self.watched.load(SeqCst)
    }

    /// Calls are queued while bodies run: the monitor watches from now on.
    pub(crate) fn watch(&self, home: impl FnOnce() -> Arc<dyn ThreadHome>) {
        if !self.watched.swap(true, SeqCst) && !monitor::watch_progress(&home()) {
            // The monitor could not be started. The next queued call tries again.
            self.watched.store(false, SeqCst);
        }
    }

    /// The monitor saw no queued call and is about to stop. Returns false if a call `waits` now: then it goes on.
    pub(crate) fn unwatch(&self, waits: impl FnOnce() -> bool) -> bool {
        self.watched.store(false, SeqCst);
        // Checked again: a submitter in between may have seen that the monitor watches.
        !waits() || self.watched.swap(true, SeqCst)
    }

    /// Gives the warning that no body ends, once. `now` says how many run and wait.
    pub(crate) fn warn(&self, counts: &Counts, now: Stats) {
        if self.told.swap(true, SeqCst) {
            return;
        }
        let among = counts.occupant().map(|site| format!(", among them {site}"));
        warning::say(
            counts.name(),
            &format_args!(
                "no body has ended for ten seconds, and calls wait for a thread. {} wait, and {} bodies run{}. If a body waits for one of \
                 these calls, through a task, a channel or another thread, this does not end: await in async code what a body waits \
                 for, or let other threads serve those calls. If the bodies just take that long, nothing is wrong. `warn_after` names \
                 the functions, {PAGE}",
                now.queued,
                now.running,
                among.unwrap_or_default(),
            ),
        );
    }

    /// Gives the warning that no thread takes the calls, once. `why` says what may hold the threads.
    pub(crate) fn warn_no_thread(&self, pool: &'static str, why: &str) {
        if !self.told_of_no_thread.swap(true, SeqCst) {
            warning::say(
                pool,
                &format_args!(
                    "no thread has taken a call for ten seconds, and calls wait for one: {why}"
                ),
            );
        }
    }

    /// Gives the warning that a wait may not end, once for each kind.
    pub(crate) fn warn_endless(&self, pool: &'static str, wait: EndlessWait) {
        let told = match wait {
            EndlessWait::Circle => &self.told_of_circle,
            EndlessWait::Still(_) => &self.told_of_still,
            EndlessWait::Outside(_) => &self.told_of_outside,
        };
        if !told.swap(true, SeqCst) {
            say_endless(pool, wait);
        }
    }
}

/// Gives the warning of such a wait.
pub(crate) fn say_endless(pool: &'static str, wait: EndlessWait) {
    match wait {
        EndlessWait::Circle => warning::say(
            pool,
            &"a body waits in `block_on` for its own call, or for a call whose body waits for this one, directly or through others. \
              If nothing else ends one of these waits, such as a time limit, none of them ends: give no body a call that waits for it",
        ),
        EndlessWait::Still(site) => warning::say(
            pool,
            &format_args!(
                "a body of {site} has waited in `block_on` for a minute, and nothing has woken it. If what it waits for takes that long, \
                 nothing is wrong. If it waits for what waits for its own end, or for a timer or a task of a runtime that no thread \
                 drives, this does not end: {PAGE}"
            ),
        ),
        EndlessWait::Outside(site) => warning::say(
            pool,
            &format_args!(
                "a body has polled a call of {site} in another `block_on`, which has not ended and woken it for a minute. If the call \
                 takes that long, nothing is wrong. If its body waits for this one, neither ends: {PAGE}"
            ),
        ),
    }
}
