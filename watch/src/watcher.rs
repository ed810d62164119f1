//! The thread that watches the workers of one runtime.

use std::{
    any::Any,
    mem,
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc::Sender,
    },
    thread,
    time::{Duration, Instant},
};

use tokio::runtime::{Handle, RuntimeFlavor, RuntimeMetrics};

use crate::{
    Blocked, How,
    examined::Examined,
    look::{Look, ThreadStates, current_tid, own_time},
    origin::Origin,
    places::ReportedPlaces,
    recent::remember,
    worker_times::{Counters, Due, Late, Outcome, OwnTime, Stuck, WorkerTimes, lateness, period},
};

pub(crate) use crate::look::own_name;

/// The function that receives reports.
pub(crate) type Tell = Box<dyn Fn(&Blocked) + Send>;

/// When a watch ends.
pub(crate) struct Ends {
    /// Dropped with the runtime, or when another watch replaces this one.
    pub(crate) alive: Weak<()>,
    /// Set to end the watch earlier.
    pub(crate) ended: Arc<AtomicBool>,
}

impl Ends {
    fn is_over(&self) -> bool {
        self.ended.load(Relaxed) || self.alive.strong_count() == 0
    }
}

pub(crate) struct Watcher {
    metrics: RuntimeMetrics,
    /// Whether there are several workers beside the thread inside `block_on`.
    has_workers: bool,
    look: Look,
    period: Duration,
    limit: Duration,
    start: Instant,
    /// When the current tick began, and what this thread had done by then.
    woke: Instant,
    spent: OwnTime,
    times: WorkerTimes,
    places: ReportedPlaces,
    ends: Ends,
    tell: Tell,
}

impl Watcher {
    /// Reads the counters for the first time, so that time counts from here on.
    ///
    /// The calling thread may be the one inside `block_on`, and `origin` may know that.
    pub(crate) fn new(
        runtime: &Handle,
        limit: Duration,
        origin: Origin,
        (ends, tell): (Ends, Tell),
    ) -> Self {
        let metrics = runtime.metrics();
        let has_workers = runtime.runtime_flavor() != RuntimeFlavor::CurrentThread;
        let workers = 0..metrics.num_workers();
        let counters: Vec<_> = workers.map(|worker| counters(&metrics, worker)).collect();
        let workers = if has_workers { counters.len() } else { 0 };
        Self {
            metrics,
            has_workers,
            look: Look::new(current_tid(), limit, origin, workers),
            period: period(limit),
            limit,
            start: Instant::now(),
            woke: Instant::now(),
            spent: OwnTime::default(),
            times: WorkerTimes::new(limit, Duration::ZERO, &counters),
            places: ReportedPlaces::default(),
            ends,
            tell,
        }
    }

    /// Sends to `ready`, where there is one, when the watch is prepared. A test waits for that, so its start is not reported.
    pub(crate) fn run(mut self, ready: Option<&Sender<()>>) {
        let mut states: Option<ThreadStates> = None;
        // This takes long. Done at the first suspicion, it would leave a blocked thread time to go on.
        self.look.prepare();
        (self.woke, self.spent) = (Instant::now(), own_time());
        if let Some(ready) = ready {
            self.times.restart(self.start.elapsed());
            // The test waits, so this does not fail.
            _ = ready.send(());
        }
        loop {
            self.sleep();
            if self.ends.is_over() {
                return;
            }
            let now = self.start.elapsed();
            let metrics = &self.metrics;
            self.times.read(now, |worker| counters(metrics, worker));
            self.reopen(now);
            let due = self.times.due(now);
            let is_second = !due.examine.is_empty();
            if let Some(stay) = due.look {
                let mut before = states.take().unwrap_or_default().within(stay);
                if is_second {
                    // If a thread waits for the same at both looks, it is one wait.
                    self.examine(&mut before, &due);
                }
                states = Some(self.look.thread_states(&before));
                let metrics = &self.metrics;
                self.times.looked(|worker| counters(metrics, worker));
            } else if !due.keep {
                states = None;
            }
            if !is_second {
                for report in self.look.in_block_on(now, self.limit) {
                    self.tell(&report);
                }
            }
        }
    }

    /// A worker may go from one poll to the next without a change of its counters, and go on in the same poll. If it blocks elsewhere, that
    /// is reported too. The threads are looked at after the counters: who has slept until now did not return before these were read.
    fn reopen(&mut self, now: Duration) {
        let (times, places, look) = (&self.times, &mut self.places, &mut self.look);
        let is_away = |stay| times.is_away(stay);
        let gone_on = look.gone_on(is_away, |tid| places.knows(tid));
        places.keep(times.returns(), is_away, |tid| look.has_slept(tid));
        for worker in gone_on {
            self.times.reopen(worker, now);
        }
        self.times.hold(self.look.reported());
    }

    fn examine(&mut self, before: &mut ThreadStates, due: &Due) {
        let (metrics, times) = (&self.metrics, &self.times);
        let is_back = |worker| times.is_back(worker, counters(metrics, worker));
        let examined = self.look.examine(before, due, self.has_workers, &is_back);
        let now = self.start.elapsed();
        for (stuck, examined) in examined {
            let outcome = self.outcome(stuck, examined, due);
            self.times.settle(stuck.worker, outcome, now);
        }
    }

    fn outcome(&mut self, stuck: Stuck, examined: Examined, due: &Due) -> Outcome {
        let (report, tid) = match examined {
            Examined::Again => return Outcome::Again,
            Examined::Excused => return Outcome::Excused,
            Examined::Empty => return Outcome::Empty,
            Examined::Unclear => return Outcome::Unclear,
            Examined::Blocked(report, tid) => (report, tid),
        };
        if matches!(report.how, How::NotScheduled { .. }) {
            if !self.times.is_known_as_starved(stuck.worker) {
                self.tell(&report);
            }
            return Outcome::Starved;
        }
        // A thread that has moved since the look before may be in the next of several short polls, or at the start of a long one.
        let may_tell = report.one_poll || report.how == How::Unknown;
        if !may_tell && stuck.after < self.limit.saturating_mul(2) {
            return Outcome::Unclear;
        }
        // One that is still there has slept since the look before, as its worker has.
        let may_be = if report.one_poll {
            due.unmoved.clone()
        } else {
            self.times.all()
        };
        let stay = self.times.stay(stuck.worker);
        let is_new = self.places.is_new((tid, &may_be), stay, &report);
        if let Some(tid) = tid {
            // One that has just gone on may have returned, so what was reported of it before may say nothing of now.
            let is_told = is_new || report.one_poll;
            let worker = (stuck.worker, &may_be[..]);
            self.look
                .is_taken_for(tid, worker, (report.one_poll, is_told));
        }
        if is_new {
            self.tell(&report);
        }
        Outcome::Settled
    }

    /// The time that the user's function takes is not time of the tick: where it blocks, nothing else stands still.
    fn tell(&mut self, report: &Blocked) {
        remember(report);
        let (begun, before) = (Instant::now(), own_time());
        // A panic of the user's code must not end the watch. The panic hook has printed it.
        if let Err(payload) = panic::catch_unwind(AssertUnwindSafe(|| (self.tell)(report))) {
            forget(payload);
        }
        let after = own_time();
        self.woke += begun.elapsed();
        self.spent.ran += after.ran.saturating_sub(before.ran);
        self.spent.waited += after.waited.saturating_sub(before.waited);
    }

    /// Sleeps until the next tick. If it comes much later than asked for, and not because this thread waited for a processor, then
    /// everything may have stood still. The same holds for a tick that took longer than it worked.
    fn sleep(&mut self) {
        let (slept, before) = (Instant::now(), own_time());
        let worked =
            (before.ran + before.waited).saturating_sub(self.spent.ran + self.spent.waited);
        if lateness(slept - self.woke, worked, self.period).has_stood_still() {
            self.look.note_pause();
        }
        thread::park_timeout(self.period);
        self.woke = Instant::now();
        self.spent = own_time();
        let late = slept.elapsed().saturating_sub(self.period);
        let waited = self.spent.waited.saturating_sub(before.waited);
        let late = lateness(late, waited, self.period);
        if late.has_stood_still() {
            self.look.note_pause();
        }
        if late == Late::WholeProcess {
            self.times.restart(self.start.elapsed());
        }
    }
}

/// Drops the payload of a panic. If that panics, the new payload is leaked, since dropping it could panic again, without end.
pub(crate) fn forget(payload: Box<dyn Any + Send>) {
    if let Err(again) = panic::catch_unwind(AssertUnwindSafe(move || drop(payload))) {
        mem::forget(again);
    }
}

fn counters(metrics: &RuntimeMetrics, worker: usize) -> Counters {
    Counters {
        parks: metrics.worker_park_unpark_count(worker),
        busy: metrics.worker_total_busy_duration(worker),
    }
}
