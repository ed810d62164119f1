//! The measurements of one annotated function. Every transition of a call is counted once, by the cell that makes it.

use std::{
    fmt,
    sync::{
        OnceLock, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use histogram::{AtomicHistogram, Histogram};

use super::{
    cache_padded::CachePadded,
    outcome::{EndCounters, Ending},
    site::Site,
};

/// The measurements of a function. They take almost no memory before the first call.
pub(crate) struct Meter(OnceLock<Box<Counters>>);

/// Monotonic counters. The numbers of queued and running calls are differences of these.
struct Counters {
    /// The number of the function, from one, in the order of first calls.
    number: u32,
    /// Callers write it, threads of pools the others: it is padded to avoid false sharing.
    queued: CachePadded<AtomicU64>,
    begun: AtomicU64,
    abandoned: AtomicU64,
    ends: EndCounters,
    times: WaitRunHistograms,
}

impl Meter {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// A call of the function at `site` was submitted. This is the meter of that function.
    pub(crate) fn queue(&self, site: &'static Site) -> SubmittedAt {
        let counters = self.0.get_or_init(|| {
            let mut sites = SITES.write().unwrap_or_else(PoisonError::into_inner);
            let next = number(sites.len());
            sites.push(site);
            Box::new(Counters::new(next))
        });
        count(&counters.queued.0);
        SubmittedAt(Instant::now())
    }

    /// Its body begins.
    pub(crate) fn begin(&self, submitted_at: SubmittedAt) -> Begun {
        self.begin_at(submitted_at, Instant::now())
    }

    /// Its body began at that time.
    pub(crate) fn begin_at(&self, submitted_at: SubmittedAt, now: Instant) -> Begun {
        if let Some(counters) = self.0.get() {
            count(&counters.begun);
        }
        Begun {
            now,
            wait: now.saturating_duration_since(submitted_at.0),
        }
    }

    /// Its body has ended.
    pub(crate) fn end(&self, begun: Begun, ending: Ending) -> Times {
        let times = Times {
            wait: begun.wait,
            run: begun.now.elapsed(),
        };
        if let Some(counters) = self.0.get() {
            counters.times.add(times);
            counters.ends.add(ending);
        }
        times
    }

    /// A submitted call ended before its body began.
    pub(crate) fn leave(&self, ending: Ending) {
        if let Some(counters) = self.0.get() {
            counters.ends.add(ending);
        }
    }

    /// The caller went away while the body ran.
    pub(crate) fn abandon(&self) {
        if let Some(counters) = self.0.get() {
            count(&counters.abandoned);
        }
    }

    /// The number of the function among all that were called, from one; zero before the first call.
    pub(crate) fn number(&self) -> u32 {
        self.0.get().map_or(0, |counters| counters.number)
    }

    /// The measurements. `None` before the first call.
    pub(crate) fn read(&self) -> Option<Measured> {
        let counters = self.0.get()?;
        // Ends are read first, then beginnings, then submissions, so that no difference is negative.
        let ended = EndCounts::read(&counters.ends);
        let abandoned = read(&counters.abandoned);
        let begun = read(&counters.begun);
        Some(Measured {
            ended,
            abandoned,
            begun,
            started: read(&counters.queued.0),
            times: counters.times.read(),
        })
    }
}

impl Counters {
    fn new(number: u32) -> Self {
        Self {
            number,
            queued: CachePadded(AtomicU64::new(0)),
            begun: AtomicU64::new(0),
            abandoned: AtomicU64::new(0),
            ends: EndCounters::default(),
            times: WaitRunHistograms::new(),
        }
    }
}

/// The moment a call was submitted.
#[derive(Clone, Copy)]
pub(crate) struct SubmittedAt(Instant);

impl SubmittedAt {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) wait: Duration,
    pub(crate) run: Duration,
}

impl Times {
    /// The times of a call without a body.
    pub(crate) const ZERO: Self = Self {
        wait: Duration::ZERO,
        run: Duration::ZERO,
    };
}

/// How many calls have ended in each way.
pub(crate) struct EndCounts {
    pub(crate) done: u64,
    pub(crate) panicked: u64,
    pub(crate) failed: u64,
    pub(crate) killed: u64,
    pub(crate) cancelled: u64,
    pub(crate) refused: u64,
}

impl EndCounts {
    pub(crate) fn read(ends: &EndCounters) -> Self {
        Self {
            done: ends.get(Ending::Done),
            panicked: ends.get(Ending::Panicked),
            failed: ends.get(Ending::Failed),
            killed: ends.get(Ending::Killed),
            cancelled: ends.get(Ending::Cancelled),
            refused: ends.get(Ending::Refused),
        }
    }
}

/// The measurements of a function or a pool, as plain numbers.
pub(crate) struct Measured {
    pub(crate) ended: EndCounts,
    /// Callers that went away while the body ran. Only functions have it.
    pub(crate) abandoned: u64,
    /// Bodies that began. Only functions have it.
    pub(crate) begun: u64,
    pub(crate) started: u64,
    pub(crate) times: Histograms,
}

/// The waits and the runs, in nanoseconds.
pub(crate) struct Histograms {
    pub(crate) wait: Histogram,
    pub(crate) run: Histogram,
}

/// Two histograms of nanoseconds.
pub(crate) struct WaitRunHistograms {
    wait: AtomicHistogram,
    run: AtomicHistogram,
}

/// The number of bits per power of two: the width of a bucket is at most 1/16 of its value. Not measured: an error of six percent is
/// small enough for latencies.
const PRECISION: u8 = 4;
/// The exponent of the longest time with a bucket of its own: 2^44 nanoseconds, almost five hours. Longer times count there.
const LONGEST: u8 = 44;

impl WaitRunHistograms {
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

    pub(crate) fn read(&self) -> Histograms {
        Histograms {
            wait: self.wait.load(),
            run: self.run.load(),
        }
    }
}

fn add(histogram: &AtomicHistogram, time: Duration) {
    let longest = (1 << LONGEST) - 1;
    let nanos = u64::try_from(time.as_nanos()).map_or(longest, |nanos| nanos.min(longest));
    // In range by construction, so it cannot fail.
    let _ = histogram.increment(nanos);
}

/// The next number, after `known` numbers were given out.
pub(crate) fn number(known: usize) -> u32 {
    u32::try_from(known + 1).unwrap_or_default()
}

pub(crate) fn count(counter: &AtomicU64) {
    // `Release`: a thread that reads the end of a call reads its beginning too.
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
