//! For how long each worker of a runtime has not returned to it, from its counters and the time, and which are over the limit. It has no
//! thread and reads no clock.

use std::time::Duration;

/// The counters that tokio keeps for one worker. Both only grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counters {
    /// It is odd while the worker is parked and even while it works.
    pub(crate) parks: u64,
    /// The worker writes it before it parks and after every 61 polls.
    pub(crate) busy: Duration,
}

impl Counters {
    fn is_parked(self) -> bool {
        self.parks % 2 == 1
    }
}

/// A worker that has not returned to its runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stuck {
    pub(crate) worker: usize,
    /// How long its counters have not changed.
    pub(crate) after: Duration,
    /// Whether it was inside `allow_blocking` when it was examined before.
    pub(crate) is_excused: bool,
}

/// One time of a worker away from its runtime: it has another number after each return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stay {
    pub(crate) worker: usize,
    pub(crate) number: u64,
}

/// What has to be done after a tick.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Due {
    /// Some worker is close to the limit, so its thread should be examined: the next look then has something to compare with. This is the
    /// shortest time for which such a worker has been away.
    pub(crate) look: Option<Duration>,
    /// Whether the next look needs the last one, although none is due now: some worker gets no processor.
    pub(crate) keep: bool,
    /// Workers that are over the limit and have not been reported.
    pub(crate) examine: Vec<Stuck>,
    /// How many workers have not returned since the last tick, without those that were reported.
    pub(crate) away: usize,
    /// How many of those are excused and need not be examined.
    pub(crate) excused: usize,
}

/// The result of examining a worker that is over the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was reported. The next report needs a change of its counters, or a thread that has gone on.
    Settled,
    /// It was not at fault so far: its time starts again.
    Again,
    /// The same, because it is inside `allow_blocking`.
    Excused,
    /// No thread is in it. A thread may enter without a change of its counters, so it is examined again, less often each time.
    Empty,
    /// Only the next look can tell.
    Unclear,
    /// The machine had no processor for it, which is reported once. If it computes or blocks later, that is reported too, and what it has
    /// computed counts.
    Starved,
}

/// The workers of one runtime, and since when the counters of each have not changed.
#[derive(Debug)]
pub(crate) struct WorkerTimes {
    limit: Duration,
    period: Duration,
    workers: Vec<Worker>,
}

#[derive(Debug)]
struct Worker {
    last: Counters,
    /// When it went away, or when that began to count against it.
    left: Duration,
    /// The same, or when it was examined last.
    since: Duration,
    /// How long after `since` it may stay away before it is examined.
    patience: Duration,
    settled: bool,
    /// How often it has returned.
    returns: u64,
    starved: bool,
    /// Whether it was inside `allow_blocking`, and has not returned since.
    excused: bool,
}

/// The time between two ticks: a quarter of the limit, and at least a millisecond.
pub(crate) fn period(limit: Duration) -> Duration {
    (limit / 4).max(Duration::from_millis(1))
}

/// How long a thread had a processor, and how long it waited for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OwnTime {
    pub(crate) ran: Duration,
    pub(crate) waited: Duration,
}

/// Why a tick came late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Late {
    No,
    /// The watch waited for a processor. Nothing stood still.
    Alone,
    /// It waited for a processor, and something else delayed it too.
    Partly,
    /// Everything stood still: the process was stopped, or the machine slept.
    WithAll,
}

impl Late {
    /// Whether waiting threads may have been woken for a moment, and wait for the same again.
    pub(crate) fn has_stood_still(self) -> bool {
        matches!(self, Self::Partly | Self::WithAll)
    }
}

/// Explains a tick that came late by `late`. The watching thread has `waited` for a processor for a part of that.
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

/// A worker without a thread is examined again after at most this many limits. A choice.
const RAREST: u32 = 16;

fn more(patience: Duration, limit: Duration) -> Duration {
    let most = limit.saturating_mul(RAREST);
    patience.saturating_mul(2).min(most)
}

impl WorkerTimes {
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
                let returns = it.returns + 1;
                *it = Worker::new(seen, now, self.limit);
                it.returns = returns;
                continue;
            }
            let after = now.saturating_sub(it.since);
            due.away += usize::from(!it.settled);
            due.keep |= it.starved && !it.settled;
            due.excused += usize::from(it.excused && after < it.patience);
            if it.settled || after.saturating_add(self.period) < it.patience {
                continue;
            }
            let stay = now.saturating_sub(it.left);
            due.look = Some(due.look.map_or(stay, |shortest| shortest.min(stay)));
            if after >= it.patience {
                due.examine.push(Stuck {
                    worker,
                    after,
                    is_excused: it.excused,
                });
            }
        }
        due
    }

    /// Everything stood still for a while, or may have: the process was stopped, or the machine slept. The time of workers that were not
    /// reported starts again. Those that were reported stay reported.
    pub(crate) fn forgive(&mut self, now: Duration) {
        for worker in &mut self.workers {
            worker.begin(now);
        }
    }

    /// The workers that were reported and have not returned.
    pub(crate) fn settled(&self) -> impl Iterator<Item = usize> + '_ {
        let all = self.workers.iter().enumerate();
        all.filter(|(_, it)| it.settled).map(|(worker, _)| worker)
    }

    /// The workers that have been away for long: that were reported, are excused or over the limit.
    pub(crate) fn away(&self, now: Duration) -> Vec<Stay> {
        let is_long =
            |it: &Worker| it.settled || it.excused || now.saturating_sub(it.left) >= self.limit;
        let stay = |worker| self.stay(worker);
        let all = self.workers.iter().enumerate();
        all.filter(|(_, it)| is_long(it))
            .map(|(worker, _)| stay(worker))
            .collect()
    }

    /// The current stay of a worker.
    pub(crate) fn stay(&self, worker: usize) -> Stay {
        Stay {
            worker,
            number: self.workers[worker].returns,
        }
    }

    /// What was reported of this worker is over, although it has not returned. Its time starts again, and is longer each time.
    pub(crate) fn reopen(&mut self, worker: usize, now: Duration) {
        let worker = &mut self.workers[worker];
        worker.settled = false;
        worker.begin(now);
        worker.patience = more(worker.patience, self.limit);
    }

    /// Whether the worker returned after the last tick.
    pub(crate) fn is_back(&self, worker: usize, counters: Counters) -> bool {
        counters != self.workers[worker].last
    }

    /// Whether a report has already said, since it last returned, that the machine has no processor for this worker.
    pub(crate) fn is_known_as_starved(&self, worker: usize) -> bool {
        self.workers[worker].starved
    }

    pub(crate) fn settle(&mut self, worker: usize, outcome: Outcome, now: Duration) {
        let worker = &mut self.workers[worker];
        if outcome != Outcome::Unclear {
            worker.excused = outcome == Outcome::Excused;
        }
        match outcome {
            Outcome::Unclear => return,
            Outcome::Settled => worker.settled = true,
            Outcome::Again | Outcome::Excused => worker.patience = self.limit,
            Outcome::Empty => worker.patience = more(worker.patience, self.limit),
            Outcome::Starved => {
                worker.starved = true;
                worker.since = now;
                return;
            }
        }
        worker.begin(now);
    }
}

impl Worker {
    fn new(last: Counters, now: Duration, limit: Duration) -> Self {
        Self {
            last,
            left: now,
            since: now,
            patience: limit,
            settled: false,
            returns: 0,
            starved: false,
            excused: false,
        }
    }

    /// Whatever it did before counts no more.
    fn begin(&mut self, now: Duration) {
        (self.left, self.since) = (now, now);
    }
}

#[cfg(test)]
mod tests;
