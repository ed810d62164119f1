//! When a worker counts as blocked: a rule over its counters and the time, without threads or clocks of its own.

use std::time::Duration;

/// What tokio counts for one worker. Both only grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counters {
    /// Odd while the worker is parked, even while it works.
    pub(crate) parks: u64,
    /// Written by the worker before it parks, and after every 61 polls.
    pub(crate) busy: Duration,
}

impl Counters {
    fn is_parked(self) -> bool {
        self.parks % 2 == 1
    }
}

/// A worker that has not come back to its runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stuck {
    pub(crate) worker: usize,
    /// How long its counters have stood still.
    pub(crate) after: Duration,
}

/// What a tick asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Due {
    /// Some worker is close to the limit: its thread should be looked at, so that the next look has something to compare with. The
    /// shortest time for which the counters of one of these have stood still.
    pub(crate) look: Option<Duration>,
    /// Workers beyond the limit about which nothing was said yet.
    pub(crate) judge: Vec<Stuck>,
    /// How many workers have not come back since the tick before, but for those about which all was said.
    pub(crate) away: usize,
}

/// What became of a worker that was to be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was told: there is nothing more to tell until its counters move.
    Settled,
    /// It was not its fault so far: its time begins again.
    Again,
    /// Nobody is in it. Somebody may come without a change of its counters, so it is looked at again, ever more rarely.
    Empty,
    /// The next look will tell more.
    Unclear,
    /// The machine had no processor for it, which is told once. What blocks in it later is told too.
    Starved,
}

/// The workers of one runtime, and since when each of them has not moved.
#[derive(Debug)]
pub(crate) struct Episodes {
    limit: Duration,
    period: Duration,
    workers: Vec<Worker>,
}

#[derive(Debug)]
struct Worker {
    last: Counters,
    since: Duration,
    /// How long it may stay away from `since` on.
    patience: Duration,
    settled: bool,
    starved: bool,
}

/// The time between two ticks: a quarter of the limit, and at least a millisecond.
pub(crate) fn period(limit: Duration) -> Duration {
    (limit / 4).max(Duration::from_millis(1))
}

/// Of a thread's time, what it had a processor for, and what it waited for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OwnTime {
    pub(crate) ran: Duration,
    pub(crate) waited: Duration,
}

/// What a tick that comes late means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Late {
    No,
    /// The watch waited for a processor, and nothing stood still.
    Alone,
    /// It waited for a processor, but that is not all.
    Partly,
    /// Everything stood still: a stopped process, a machine that slept.
    WithAll,
}

impl Late {
    /// Whether who waited may have been woken for a moment, and waits for the same again.
    pub(crate) fn has_stood_still(self) -> bool {
        matches!(self, Self::Partly | Self::WithAll)
    }
}

/// A tick that came late by `late`, for so much of which the watch has `waited` for a processor.
pub(crate) fn lateness(late: Duration, waited: Duration, period: Duration) -> Late {
    let is_long = |time: Duration| time > period.saturating_mul(3);
    if !is_long(late) {
        Late::No
    } else if !is_long(late.saturating_sub(waited)) {
        Late::Alone
    } else if waited < late / 2 {
        Late::WithAll
    } else {
        Late::Partly
    }
}

/// A worker in which nobody was is looked at again after so many limits, at the latest.
const RAREST: u32 = 16;

fn more(patience: Duration, limit: Duration) -> Duration {
    let most = limit.saturating_mul(RAREST);
    patience.saturating_mul(2).min(most)
}

impl Episodes {
    pub(crate) fn new(limit: Duration, now: Duration, counters: &[Counters]) -> Self {
        let worker = |&last| Worker::new(last, now, limit);
        Self {
            limit,
            period: period(limit),
            workers: counters.iter().map(worker).collect(),
        }
    }

    /// One look at the counters of every worker, at the time `now`.
    pub(crate) fn tick(&mut self, now: Duration, counters: impl Fn(usize) -> Counters) -> Due {
        let mut due = Due::default();
        for (worker, it) in self.workers.iter_mut().enumerate() {
            let seen = counters(worker);
            if seen != it.last || seen.is_parked() {
                *it = Worker::new(seen, now, self.limit);
                continue;
            }
            let after = now.saturating_sub(it.since);
            due.away += usize::from(!it.settled);
            if it.settled || after.saturating_add(self.period) < it.patience {
                continue;
            }
            due.look = Some(due.look.map_or(after, |shortest| shortest.min(after)));
            if after >= it.patience {
                due.judge.push(Stuck { worker, after });
            }
        }
        due
    }

    /// Everything stood still for a while, or may have: a stopped process, a machine that slept. Workers about which nothing was
    /// said get their time anew; what was said stays said.
    pub(crate) fn forgive(&mut self, now: Duration) {
        for worker in &mut self.workers {
            worker.since = now;
        }
    }

    /// Workers about which all was said, unless they come back.
    pub(crate) fn settled(&self) -> impl Iterator<Item = usize> + '_ {
        let all = self.workers.iter().enumerate();
        all.filter(|(_, it)| it.settled).map(|(worker, _)| worker)
    }

    /// What was told of this worker is over, though it has not come back: from now on it has its time again, and more of it each time.
    pub(crate) fn reopen(&mut self, worker: usize, now: Duration) {
        let worker = &mut self.workers[worker];
        worker.settled = false;
        worker.since = now;
        worker.patience = more(worker.patience, self.limit);
    }

    /// Whether the worker came back after the last tick.
    pub(crate) fn is_back(&self, worker: usize, counters: Counters) -> bool {
        counters != self.workers[worker].last
    }

    /// Whether it was said already, in this stay, that the machine has no processor for this worker.
    pub(crate) fn is_known_as_starved(&self, worker: usize) -> bool {
        self.workers[worker].starved
    }

    pub(crate) fn settle(&mut self, worker: usize, verdict: Verdict, now: Duration) {
        let worker = &mut self.workers[worker];
        match verdict {
            Verdict::Unclear => return,
            Verdict::Settled => worker.settled = true,
            Verdict::Again => worker.patience = self.limit,
            Verdict::Empty => worker.patience = more(worker.patience, self.limit),
            Verdict::Starved => worker.starved = true,
        }
        worker.since = now;
    }
}

impl Worker {
    fn new(last: Counters, now: Duration, limit: Duration) -> Self {
        Self {
            last,
            since: now,
            patience: limit,
            settled: false,
            starved: false,
        }
    }
}

#[cfg(test)]
mod tests;
