//! The thread that helps waiting bodies which cannot help themselves: those in a `block_on` that is not ours, or inside a
//! poll of ours.
//!
//! It starts when there is such a body, and ends when there is none.

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
        blocked::{Blocked, ThreadHome},
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
enum Sight {
    /// Threads whose bodies wait outside of `block_on`, or do not come to the calls that were handed to them inside it.
    Threads,
    /// Threads that are not ours. A probe was sent to see whether one of them is free.
    Probe(Arc<AtomicBool>),
    /// Threads for which calls wait, and how many of their bodies had ended at the last check.
    Progress(Option<usize>),
}

struct UnderWatch {
    home: Weak<dyn ThreadHome>,
    sight: Sight,
    /// Since when the thing it checks has looked stuck.
    since: Option<Instant>,
    /// Where its waiting bodies were when it was last seen stuck, and since when.
    stuck: Option<((usize, usize), Instant)>,
    /// Bodies that were handed calls, and when they were first seen.
    handed: Vec<(Weak<Blocked>, Instant)>,
}

struct Watch {
    all: Vec<UnderWatch>,
    /// Whether the thread runs.
    thread: bool,
}

static WATCH: Mutex<Watch> = Mutex::new(Watch {
    all: Vec::new(),
    thread: false,
});

/// Runs calls beyond the limit if bodies wait for them outside of `block_on` and all threads are taken. Sends calls back to
/// the queue if they were handed to a thread that does not come to them.
pub(crate) fn watch(home: &Arc<dyn ThreadHome>) {
    add(home, Sight::Threads);
}

/// Warns if the probe does not arrive.
pub(crate) fn watch_probe(home: &Arc<dyn ThreadHome>, arrived: Arc<AtomicBool>) {
    add(home, Sight::Probe(arrived));
}

/// Warns if no body ends for long while calls wait. False if there is no thread that could.
pub(crate) fn watch_progress(home: &Arc<dyn ThreadHome>) -> bool {
    add(home, Sight::Progress(None))
}

/// Returns whether the thread runs.
fn add(home: &Arc<dyn ThreadHome>, sight: Sight) -> bool {
    let new = UnderWatch {
        home: Arc::downgrade(home),
        sight,
        since: None,
        stuck: None,
        handed: Vec::new(),
    };
    let mut watch = WATCH.lock();
    if !watch.all.iter().any(|known| known.is_like(&new)) {
        watch.all.push(new);
    }
    if mem::replace(&mut watch.thread, true) {
        return true;
    }
    drop(watch);
    let thread = thread::Builder::new().name("offload-relief".into());
    let started = thread.spawn(look_on).is_ok();
    if !started {
        // The next caller tries again.
        WATCH.lock().thread = false;
    }
    started
}

fn look_on() {
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

impl UnderWatch {
    fn is_like(&self, other: &Self) -> bool {
        let kind = |watched: &Self| mem::discriminant(&watched.sight);
        kind(self) == kind(other) && self.home.ptr_eq(&other.home)
    }

    /// Does what is due. Returns false if there is nothing to check any more.
    fn look(&mut self) -> bool {
        let Some(home) = self.home.upgrade() else {
            return false;
        };
        match &self.sight {
            Sight::Threads => self.look_at_threads(&home),
            Sight::Progress(before) => self.look_at_progress(&home, *before),
            Sight::Probe(arrived) => {
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

    /// Goes on for as long where no call waits, so that a pool with a burst now and then does not have a thread started for each.
    fn look_at_progress(&mut self, home: &Arc<dyn ThreadHome>, before: Option<usize>) -> bool {
        self.help_if_nobody_comes_back(home);
        let ended = home.ended_while_calls_wait();
        if ended != before {
            self.since = None;
            self.sight = Sight::Progress(ended);
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

    /// Runs a call beyond the limit if all bodies wait in `block_on`, and none of their threads has come back to it for long.
    fn help_if_nobody_comes_back(&mut self, home: &Arc<dyn ThreadHome>) {
        let now = home.stuck_at();
        let same = self.stuck.filter(|(at, _)| Some(*at) == now);
        let due = same.is_some_and(|(_, since)| since.elapsed() >= ELSEWHERE_AFTER);
        self.stuck = same.or(now.map(|at| (at, Instant::now())));
        if due {
            self.stuck = None;
            Arc::clone(home).relieve();
        }
    }

    fn look_at_threads(&mut self, home: &Arc<dyn ThreadHome>) -> bool {
        let handed = self.look_at_handed(home);
        if !home.is_stuck() {
            self.since = None;
            return handed || home.has_outside();
        }
        if self.is_due(RELIEVE_AFTER) {
            Arc::clone(home).relieve();
        }
        true
    }

    /// Sends back the calls that were not taken for long. Returns false if there are none left to take.
    fn look_at_handed(&mut self, home: &Arc<dyn ThreadHome>) -> bool {
        let now = home.untaken();
        let is_it = |known: &Weak<Blocked>, one: &Arc<Blocked>| known.as_ptr() == Arc::as_ptr(one);
        self.handed
            .retain(|(known, _)| now.iter().any(|one| is_it(known, one)));
        for one in &now {
            match self.handed.iter().find(|(known, _)| is_it(known, one)) {
                Some((_, since)) if since.elapsed() >= RELIEVE_AFTER => one.give_back(),
                Some(_) => {}
                None => self.handed.push((Arc::downgrade(one), Instant::now())),
            }
        }
        !now.is_empty()
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
