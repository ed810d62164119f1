//! The thread that starts spare threads for bodies which cannot do so themselves: bodies in a `block_on` that is not ours, or inside
//! a poll of ours.
//!
//! It starts when there is such a body, and ends when nothing is left to check.

use std::{
    mem,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    call::block_on::{
        blocked::{ThreadHome, WaitCounts},
        endless_wait::EndlessWait,
        parked::SPARE_AFTER,
    },
    sync::{Mutex, spawn},
    unwind::swallow_panic,
};

/// How long the thread sleeps between two checks. Not measured: short compared with `SPARE_AFTER`, which it waits for.
const PAUSE: Duration = Duration::from_millis(250);

/// How long no body may end while calls are queued, before the warning that they may wait for ever. Not measured: it is longer
/// than most bodies run, since for slower bodies the warning would be wrong.
const STANDSTILL_AFTER: Duration = Duration::from_secs(10);

/// How long all bodies of a pool may wait in `block_on` without polling their futures again, before a call runs on a spare thread: they
/// may be in a `block_on` that is not ours, or work inside a poll. Not measured: it is longer than `SPARE_AFTER`, so that a thread that
/// can help its pool itself does so first, and longer than most polls.
const NO_POLL_AFTER: Duration = Duration::from_secs(5);

/// One kind of check.
enum Check {
    /// Threads whose bodies wait outside of `block_on`, or inside it without taking the calls that were offered to them.
    Threads,
    /// Threads of a runtime. A probe was submitted to find out whether one of them is free.
    Probe(Arc<AtomicBool>),
    /// Threads for which calls are queued, and how many of their bodies had ended at the last check.
    Progress(Option<usize>),
}

struct Monitored {
    home: Weak<dyn ThreadHome>,
    check: Check,
    /// When the threads were first seen stuck.
    since: Option<Instant>,
    /// The progress of the waits when the threads were last seen stuck, and when this progress was first seen.
    stuck: Option<(WaitCounts, Instant)>,
}

struct Watch {
    all: Vec<Monitored>,
    /// Whether the thread runs. The thread itself sets it, since a start may fail.
    thread: bool,
}

static WATCH: Mutex<Watch> = Mutex::new(Watch {
    all: Vec::new(),
    thread: false,
});

/// Watches threads, and runs calls on spare threads if all bodies wait outside of `block_on`, or do not take the calls that were
/// offered to them.
pub(crate) fn watch(home: &Arc<dyn ThreadHome>) {
    add(home, Check::Threads);
}

/// Warns if the probe does not run.
pub(crate) fn watch_probe(home: &Arc<dyn ThreadHome>, arrived: Arc<AtomicBool>) {
    add(home, Check::Probe(arrived));
}

/// Warns if no body ends for long while calls are queued. Returns false if the monitor could not be started.
pub(crate) fn watch_progress(home: &Arc<dyn ThreadHome>) -> bool {
    add(home, Check::Progress(None))
}

/// Returns false if the monitor could not be started.
fn add(home: &Arc<dyn ThreadHome>, check: Check) -> bool {
    let new = Monitored {
        home: Arc::downgrade(home),
        check,
        since: None,
        stuck: None,
    };
    let mut watch = WATCH.lock();
    if !watch.all.iter().any(|known| known.is_like(&new)) {
        watch.all.push(new);
    }
    if watch.thread {
        return true;
    }
    drop(watch);
    // If two are started at once, the second ends. If none starts, the next caller tries again.
    spawn("offload-monitor".into(), None, Box::new(run)).is_ok()
}

fn run() {
    if mem::replace(&mut WATCH.lock().thread, true) {
        return;
    }
    loop {
        thread::sleep(PAUSE);
        let mut all = mem::take(&mut WATCH.lock().all);
        all.retain_mut(|watched| {
            let mut stays = false;
            swallow_panic(|| stays = watched.check());
            stays
        });
        let mut watch = WATCH.lock();
        for new in mem::take(&mut watch.all) {
            if !all.iter().any(|known| known.is_like(&new)) {
                all.push(new);
            }
        }
        watch.all = all;
        if watch.all.is_empty() {
            watch.thread = false;
            return;
        }
    }
}

impl Monitored {
    fn is_like(&self, other: &Self) -> bool {
        let kind = |watched: &Self| mem::discriminant(&watched.check);
        kind(self) == kind(other) && self.home.ptr_eq(&other.home)
    }

    /// Checks once. Returns false if there is nothing left to check.
    fn check(&mut self) -> bool {
        let Some(home) = self.home.upgrade() else {
            return false;
        };
        match &self.check {
            Check::Threads => self.check_threads(&home),
            Check::Progress(before) => self.check_progress(&home, *before),
            Check::Probe(arrived) => {
                if arrived.load(Ordering::Relaxed) {
                    return false;
                }
                let due = self.is_due(SPARE_AFTER);
                if due {
                    home.no_thread_is_free();
                }
                !due
            }
        }
    }

    /// Goes on for ten seconds after the queue is empty, so that not every burst starts a thread.
    fn check_progress(&mut self, home: &Arc<dyn ThreadHome>, before: Option<usize>) -> bool {
        self.add_spare_if_no_progress(home, home.stuck_at(false), NO_POLL_AFTER);
        let ended = home.ended_while_calls_wait();
        if ended != before {
            self.since = None;
            self.check = Check::Progress(ended);
        }
        if !self.is_due(STANDSTILL_AFTER) {
            return true;
        }
        if ended.is_none() {
            return !home.unwatch_progress();
        }
        home.warn_standstill();
        true
    }

    /// Runs a call on a spare thread if all bodies wait and none of them has polled its future for that long.
    fn add_spare_if_no_progress(
        &mut self,
        home: &Arc<dyn ThreadHome>,
        now: Option<WaitCounts>,
        after: Duration,
    ) {
        let same = self.stuck.filter(|(at, _)| Some(*at) == now);
        let due = same.is_some_and(|(_, since)| since.elapsed() >= after);
        self.stuck = same.or(now.map(|at| (at, Instant::now())));
        if due {
            self.stuck = None;
            Arc::clone(home).add_spare_thread();
        }
    }

    fn check_threads(&mut self, home: &Arc<dyn ThreadHome>) -> bool {
        let stuck = home.stuck_at(true);
        self.add_spare_if_no_progress(home, stuck, SPARE_AFTER);
        let outside = home.outside_waits(Instant::now());
        if let Some(site) = outside.still {
            home.warn_endless(EndlessWait::Outside(site));
        }
        stuck.is_some() || outside.any
    }

    /// Whether this has lasted for that time. After `true` the time starts again.
    fn is_due(&mut self, after: Duration) -> bool {
        let since = *self.since.get_or_insert_with(Instant::now);
        let due = since.elapsed() >= after;
        if due {
            self.since = None;
        }
        due
    }
}
