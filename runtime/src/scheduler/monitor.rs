//! The thread that helps waiting bodies which cannot help themselves: those in a `block_on` that is not ours, or inside a
//! poll of ours.
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
    call::{
        blocked::{ThreadHome, WaitCounts},
        parked::RELIEVE_AFTER,
    },
    sync::Mutex,
    unwind::swallow_panic,
};

/// How long the thread sleeps between two checks. Not measured: short compared with `RELIEVE_AFTER`, which it waits for.
const PAUSE: Duration = Duration::from_millis(250);

/// How long no body may end while calls wait, before the warning that they may wait for ever. Not measured: it is longer
/// than most bodies take, since for slower bodies the warning would be wrong.
const STANDS_STILL_AFTER: Duration = Duration::from_secs(10);

/// How long the bodies of a pool may wait in `block_on` while none of their threads comes back to it, before a call runs beyond the limit:
/// they may be in a `block_on` that is not ours, or work in a poll. Not measured: it is longer than `RELIEVE_AFTER`, so that a thread that
/// can look after the pool itself comes first, and longer than most polls.
const ELSEWHERE_AFTER: Duration = Duration::from_secs(5);

/// What the thread checks.
enum Check {
    /// Threads whose bodies wait outside of `block_on`, or do not come to the calls that were offered to them inside it.
    Threads,
    /// Threads that are not ours. A probe was sent to see whether one of them is free.
    Probe(Arc<AtomicBool>),
    /// Threads for which calls wait, and how many of their bodies had ended at the last check.
    Progress(Option<usize>),
}

struct Monitored {
    home: Weak<dyn ThreadHome>,
    check: Check,
    /// Since when the thing it checks has looked stuck.
    since: Option<Instant>,
    /// Where its waiting bodies were when it was last seen stuck, and since when.
    stuck: Option<(WaitCounts, Instant)>,
}

struct Watch {
    all: Vec<Monitored>,
    /// Whether the thread runs, which says so itself: a start may fail while others rely on it.
    thread: bool,
}

static WATCH: Mutex<Watch> = Mutex::new(Watch {
    all: Vec::new(),
    thread: false,
});

/// Runs calls beyond the limit if all threads are taken by bodies that wait for them outside of `block_on`, or that do not come to the
/// calls which were offered to them.
pub(crate) fn watch(home: &Arc<dyn ThreadHome>) {
    add(home, Check::Threads);
}

/// Warns if the probe does not arrive.
pub(crate) fn watch_probe(home: &Arc<dyn ThreadHome>, arrived: Arc<AtomicBool>) {
    add(home, Check::Probe(arrived));
}

/// Warns if no body ends for long while calls wait. False if there is no thread that could.
pub(crate) fn watch_progress(home: &Arc<dyn ThreadHome>) -> bool {
    add(home, Check::Progress(None))
}

/// Returns whether a thread looks at it.
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
    // Of two that are started at once the second ends. Where none starts, the next caller tries again.
    let thread = thread::Builder::new().name("offload-monitor".into());
    thread.spawn(look_on).is_ok()
}

fn look_on() {
    if mem::replace(&mut WATCH.lock().thread, true) {
        return;
    }
    loop {
        thread::sleep(PAUSE);
        let mut all = mem::take(&mut WATCH.lock().all);
        all.retain_mut(|watched| {
            let mut stays = false;
            swallow_panic(|| stays = watched.look());
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

    /// Does what is due. Returns false if there is nothing to check any more.
    fn look(&mut self) -> bool {
        let Some(home) = self.home.upgrade() else {
            return false;
        };
        match &self.check {
            Check::Threads => self.look_at_threads(&home),
            Check::Progress(before) => self.look_at_progress(&home, *before),
            Check::Probe(arrived) => {
                if arrived.load(Ordering::Relaxed) {
                    return false;
                }
                let due = self.is_due(RELIEVE_AFTER);
                if due {
                    home.no_thread_is_free();
                }
                !due
            }
        }
    }

    /// Keeps watching for ten seconds after the queue is empty, so that bursts do not start a thread each.
    fn look_at_progress(&mut self, home: &Arc<dyn ThreadHome>, before: Option<usize>) -> bool {
        self.help_if_nobody_comes_back(home, home.stuck_at(false), ELSEWHERE_AFTER);
        let ended = home.ended_while_calls_wait();
        if ended != before {
            self.since = None;
            self.check = Check::Progress(ended);
        }
        if !self.is_due(STANDS_STILL_AFTER) {
            return true;
        }
        if ended.is_none() {
            return !home.unwatch_progress();
        }
        home.stands_still();
        true
    }

    /// Runs a call beyond the limit if all bodies wait, and none of those in `block_on` has come back to it for so long.
    fn help_if_nobody_comes_back(
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
            Arc::clone(home).relieve();
        }
    }

    fn look_at_threads(&mut self, home: &Arc<dyn ThreadHome>) -> bool {
        let stuck = home.stuck_at(true);
        self.help_if_nobody_comes_back(home, stuck, RELIEVE_AFTER);
        stuck.is_some() || home.has_outside()
    }

    /// Whether that has been so for long. After a yes, the time starts again.
    fn is_due(&mut self, after: Duration) -> bool {
        let since = *self.since.get_or_insert_with(Instant::now);
        let due = since.elapsed() >= after;
        if due {
            self.since = None;
        }
        due
    }
}
