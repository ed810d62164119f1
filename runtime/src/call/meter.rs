//! What one annotated function measures. Every transition of a call is counted once, by the cell that makes it.

use std::{
    fmt,
    sync::{
        OnceLock, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use histogram::AtomicHistogram;

use super::site::Site;
use crate::{
    metrics::counts::How,
    snapshot::{Calls, Histogram},
};

/// What a function has measured. Takes no room worth mentioning before its first call.
pub(crate) struct Meter(OnceLock<Box<Tally>>);

/// Only ever grows; what waits and what runs are differences.
struct Tally {
    /// From one, in the order of first calls.
    number: u32,
    /// Counted by those who call, unlike the others.
    queued: Apart<AtomicU64>,
    begun: AtomicU64,
    done: AtomicU64,
    panicked: AtomicU64,
    cancelled: AtomicU64,
    refused: AtomicU64,
    abandoned: AtomicU64,
    failed: AtomicU64,
    killed: AtomicU64,
    times: Spans,
}

impl Meter {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// A call of the function at `site`, which this is the meter of, was submitted.
    pub(crate) fn queue(&self, site: &'static Site) -> Ticket {
        let tally = self.0.get_or_init(|| {
            let mut sites = SITES.write().unwrap_or_else(PoisonError::into_inner);
            let next = number(sites.len());
            sites.push(site);
            Box::new(Tally::new(next))
        });
        count(&tally.queued.0);
        Ticket(Instant::now())
    }

    /// Its body begins.
    pub(crate) fn begin(&self, ticket: Ticket) -> Begun {
        let now = Instant::now();
        if let Some(tally) = self.0.get() {
            count(&tally.begun);
        }
        Begun {
            now,
            wait: now.saturating_duration_since(ticket.0),
        }
    }

    /// Its body has ended.
    pub(crate) fn end(&self, begun: Begun, how: How) -> Times {
        let times = Times {
            wait: begun.wait,
            run: begun.now.elapsed(),
        };
        if let Some(tally) = self.0.get() {
            tally.times.add(times);
            count(match how {
                How::Done => &tally.done,
                How::Panicked => &tally.panicked,
                How::Failed => &tally.failed,
                How::Killed => &tally.killed,
            });
        }
        times
    }

    /// A submitted call ended before its body began.
    pub(crate) fn leave(&self, why: Left) {
        if let Some(tally) = self.0.get() {
            count(match why {
                Left::Cancelled => &tally.cancelled,
                Left::Refused => &tally.refused,
            });
        }
    }

    /// The caller went away while the body ran.
    pub(crate) fn abandon(&self) {
        if let Some(tally) = self.0.get() {
            count(&tally.abandoned);
        }
    }

    /// The place of the function among all that have been called, from one; zero before the first call.
    pub(crate) fn number(&self) -> u32 {
        self.0.get().map_or(0, |tally| tally.number)
    }

    /// The counters, the waits and the runs. Empty before the first call.
    pub(crate) fn read(&self) -> (Calls, Histogram, Histogram) {
        let Some(tally) = self.0.get() else {
            return Default::default();
        };
        // Ends are read before beginnings, and those before submissions, so that no difference is negative.
        let (done, panicked) = (read(&tally.done), read(&tally.panicked));
        let (cancelled, refused) = (read(&tally.cancelled), read(&tally.refused));
        let (failed, killed) = (read(&tally.failed), read(&tally.killed));
        let abandoned = read(&tally.abandoned);
        let begun = read(&tally.begun);
        let started = read(&tally.queued.0);
        let calls = Calls {
            started,
            queued: started.saturating_sub(begun + cancelled + refused),
            running: begun.saturating_sub(done + panicked + failed + killed),
            done,
            panicked,
            cancelled: cancelled + killed,
            refused,
            failed,
            abandoned,
        };
        let (wait, run) = tally.times.read();
        (calls, wait, run)
    }
}

impl Tally {
    fn new(number: u32) -> Self {
        Self {
            number,
            queued: Apart(AtomicU64::new(0)),
            begun: AtomicU64::new(0),
            done: AtomicU64::new(0),
            panicked: AtomicU64::new(0),
            cancelled: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            abandoned: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            killed: AtomicU64::new(0),
            times: Spans::new(),
        }
    }
}

/// The moment a call was submitted.
#[derive(Clone, Copy)]
pub(crate) struct Ticket(Instant);

impl Ticket {
    /// How long the call has waited by now.
    pub(crate) fn waited(self) -> Duration {
        self.0.elapsed()
    }
}

/// The moment a body began, and how long it had waited.
#[derive(Clone, Copy)]
pub(crate) struct Begun {
    now: Instant,
    wait: Duration,
}

/// How long a call waited and ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) wait: Duration,
    pub(crate) run: Duration,
}

/// Why a call left without its body having run.
#[derive(Clone, Copy)]
pub(crate) enum Left {
    Cancelled,
    Refused,
}

/// Two histograms of nanoseconds.
pub(crate) struct Spans {
    wait: AtomicHistogram,
    run: AtomicHistogram,
}

/// Buckets are at most 1/16 of their value wide.
const PRECISION: u8 = 4;
/// The longest time that is told apart, 2^44 nanoseconds: almost five hours.
const LONGEST: u8 = 44;

impl Spans {
    pub(crate) fn new() -> Self {
        let histogram =
            || AtomicHistogram::new(PRECISION, LONGEST).expect("the sizes of histograms are valid");
        Self {
            wait: histogram(),
            run: histogram(),
        }
    }

    pub(crate) fn add(&self, times: Times) {
        add(&self.wait, times.wait);
        add(&self.run, times.run);
    }

    pub(crate) fn read(&self) -> (Histogram, Histogram) {
        (
            Histogram::new(&self.wait.load()),
            Histogram::new(&self.run.load()),
        )
    }
}

fn add(histogram: &AtomicHistogram, time: Duration) {
    let longest = (1 << LONGEST) - 1;
    let nanos = u64::try_from(time.as_nanos()).map_or(longest, |nanos| nanos.min(longest));
    // In range by construction, so there is no error to look at.
    let _ = histogram.increment(nanos);
}

/// On cache lines of its own, which threads that write other things do not take away.
#[repr(align(128))]
pub(crate) struct Apart<T>(pub(crate) T);

/// The number of what comes after `known` others.
pub(crate) fn number(known: usize) -> u32 {
    u32::try_from(known + 1).unwrap_or_default()
}

pub(crate) fn count(counter: &AtomicU64) {
    // Ordered, so that whoever sees an end sees the beginning too.
    counter.fetch_add(1, Ordering::Release);
}

pub(crate) fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Acquire)
}

/// Every function that has been called, in the order of first calls.
static SITES: RwLock<Vec<&'static Site>> = RwLock::new(Vec::new());

pub(crate) fn sites() -> Vec<&'static Site> {
    SITES.read().unwrap_or_else(PoisonError::into_inner).clone()
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meter")
    }
}
