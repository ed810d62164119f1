//! The thread that watches the workers of one runtime.

use std::{
    collections::HashMap,
    io,
    panic::{self, AssertUnwindSafe},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError, Weak},
    task::{Context, Poll},
    thread,
    time::{Duration, Instant},
};

use tokio::{
    runtime::{Handle, Id, RuntimeFlavor, RuntimeMetrics},
    task::AbortHandle,
};

use crate::{
    Blocked, How,
    episodes::{Counters, Episodes, Stuck, Verdict, period},
    look::{Look, Scene, Tid, current_tid, waited_for_cpu},
    recent::remember,
};

/// From now on `tell` hears of every worker of this runtime that has not come back for `limit`.
///
/// It is called on the thread that watches: it may block, and nobody is watched meanwhile. A panic of it ends nothing. One stay away is one
/// report. A second call takes the place of the first, and `Duration::ZERO` ends it. The watch ends with its runtime.
///
/// Limits below 4 ms are looked at once in a millisecond.
///
/// # Errors
///
/// Outside of a runtime, and when the system refuses a thread.
///
/// ```
/// # use std::time::Duration;
/// # #[tokio::main]
/// # async fn main() -> std::io::Result<()> {
/// tokio_offload_watch::on_blocked(Duration::from_millis(100), |report| eprintln!("{report}"))?;
/// # Ok(())
/// # }
/// ```
pub fn on_blocked(limit: Duration, tell: impl Fn(&Blocked) + Send + 'static) -> io::Result<()> {
    watch(Slot::Hook, limit, Box::new(tell))
}

/// Reports that a test does not accept.
#[derive(Debug)]
pub struct Denied(Arc<Mutex<Vec<Blocked>>>);

/// Collects reports until [`Denied::check`]. Code that the attribute writes calls this.
///
/// # Errors
///
/// As [`on_blocked`].
#[doc(hidden)]
pub fn deny_blocking(limit: Duration) -> io::Result<Denied> {
    let reports = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&reports);
    let hear = move |report: &Blocked| {
        if !matches!(report.how, How::NotScheduled { .. }) {
            heard
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(report.clone());
        }
    };
    watch(Slot::Deny, limit, Box::new(hear))?;
    Ok(Denied(reports))
}

impl Denied {
    /// # Panics
    ///
    /// With every report there was.
    #[track_caller]
    pub fn check(self) {
        let reports = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines: Vec<_> = reports.iter().map(ToString::to_string).collect();
        assert!(
            lines.is_empty(),
            "this test blocks its runtime:\n{}",
            lines.join("\n")
        );
    }
}

/// Who asked. Each has a watch of its own, so that none takes another's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Slot {
    #[cfg(feature = "tracing")]
    Warn,
    Hook,
    Deny,
}

pub(crate) type Tell = Box<dyn Fn(&Blocked) + Send>;

/// Starts the watch of this slot and ends the one before.
pub(crate) fn watch(slot: Slot, limit: Duration, tell: Tell) -> io::Result<()> {
    let runtime = Handle::try_current().map_err(io::Error::other)?;
    let key = (runtime.id(), slot);
    let next = if limit.is_zero() {
        None
    } else {
        Some(start(&runtime, limit, tell)?)
    };
    let mut watches = WATCHES.lock().unwrap_or_else(PoisonError::into_inner);
    let watches = watches.get_or_insert_default();
    watches.retain(|_, sentinel| !sentinel.is_finished());
    let before = match next {
        Some(watch) => watches.insert(key, watch),
        None => watches.remove(&key),
    };
    if let Some(before) = before {
        before.abort();
    }
    Ok(())
}

/// The sentinels of the watches that run, by runtime and by who asked.
static WATCHES: Mutex<Option<HashMap<(Id, Slot), AbortHandle>>> = Mutex::new(None);

fn start(runtime: &Handle, limit: Duration, tell: Tell) -> io::Result<AbortHandle> {
    let alive = Arc::new(());
    let watch = Watch::new(runtime, limit, Arc::downgrade(&alive), tell);
    let thread = thread::Builder::new().name("offload-watch".into());
    thread.spawn(move || watch.run())?;
    Ok(runtime.spawn(Sentinel(alive)).abort_handle())
}

/// A task that never ends by itself. A runtime drops its tasks when it goes, and tells nobody else.
struct Sentinel(#[expect(dead_code, reason = "it is held for its end")] Arc<()>);

impl Future for Sentinel {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}

struct Watch {
    metrics: RuntimeMetrics,
    /// Several workers beside the thread inside `block_on`.
    has_workers: bool,
    /// The thread that may be the one inside `block_on`.
    starter: Tid,
    period: Duration,
    limit: Duration,
    start: Instant,
    episodes: Episodes,
    /// Gone with the sentinel.
    alive: Weak<()>,
    tell: Tell,
}

impl Watch {
    /// Takes the first look at the counters here, so that what blocks from now on is counted from now on.
    fn new(runtime: &Handle, limit: Duration, alive: Weak<()>, tell: Tell) -> Self {
        let metrics = runtime.metrics();
        let workers = 0..metrics.num_workers();
        let counters: Vec<_> = workers.map(|worker| counters(&metrics, worker)).collect();
        Self {
            metrics,
            has_workers: runtime.runtime_flavor() != RuntimeFlavor::CurrentThread,
            starter: current_tid(),
            period: period(limit),
            limit,
            start: Instant::now(),
            episodes: Episodes::new(limit, Duration::ZERO, &counters),
            alive,
            tell,
        }
    }

    fn run(mut self) {
        let mut look = Look::new(self.has_workers.then_some(self.starter));
        let mut scene = None;
        while self.alive.strong_count() > 0 {
            self.sleep();
            let now = self.start.elapsed();
            let due = self
                .episodes
                .tick(now, |worker| counters(&self.metrics, worker));
            if due.judge.is_empty() {
                scene = due
                    .look
                    .then(|| look.scene(&scene.take().unwrap_or_default()));
                for report in look.root(now, self.limit) {
                    self.tell(&report);
                }
                continue;
            }
            // The second look: what both have seen alike is one wait.
            let before = scene.take().unwrap_or_default();
            self.judge(&mut look, &before, &due.judge);
            scene = Some(look.scene(&before));
        }
    }

    fn judge(&mut self, look: &mut Look, before: &Scene, stuck: &[Stuck]) {
        let judged = look.judge(before, stuck, self.has_workers);
        let now = self.start.elapsed();
        for (stuck, judged) in stuck.iter().zip(judged) {
            let verdict = self.verdict(*stuck, judged);
            self.episodes.settle(stuck.worker, verdict, now);
        }
    }

    fn verdict(&self, stuck: Stuck, judged: Judged) -> Verdict {
        let report = match judged {
            Judged::Again => return Verdict::Again,
            Judged::Empty => return Verdict::Empty,
            Judged::Blocked(report) => report,
        };
        if matches!(report.how, How::NotScheduled { .. }) {
            if !self.episodes.is_known_as_starved(stuck.worker) {
                self.tell(&report);
            }
            return Verdict::Starved;
        }
        // A thread that has moved since the look before may be in the next of several polls, or in the first of a long one.
        let may_tell = report.one_poll || report.how == How::Unknown;
        if !may_tell && stuck.after < self.limit * 2 {
            return Verdict::Unclear;
        }
        self.tell(&report);
        Verdict::Settled
    }

    fn tell(&self, report: &Blocked) {
        remember(report);
        // A panic of somebody else's code must not end the watch. It was printed by the hook.
        let told = panic::catch_unwind(AssertUnwindSafe(|| (self.tell)(report)));
        drop(told);
    }

    /// Until the next tick. If it comes much later than asked for, and not because this thread waited for a processor, then
    /// everything stood still, or may have.
    fn sleep(&mut self) {
        let (slept, waited) = (Instant::now(), waited_for_cpu());
        thread::sleep(self.period);
        let late = slept.elapsed().saturating_sub(self.period);
        if late > self.period * 3 && waited_for_cpu().saturating_sub(waited) < late / 2 {
            self.episodes.forgive(self.start.elapsed());
        }
    }
}

/// What became of a worker that was judged.
pub(crate) enum Judged {
    /// Not its fault so far: stopped by a debugger, or inside `allow_blocking`.
    Again,
    /// No thread is in it.
    Empty,
    Blocked(Box<Blocked>),
}

fn counters(metrics: &RuntimeMetrics, worker: usize) -> Counters {
    Counters {
        parks: metrics.worker_park_unpark_count(worker),
        busy: metrics.worker_total_busy_duration(worker),
    }
}
