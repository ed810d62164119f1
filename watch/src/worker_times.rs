//! For how long each worker of a runtime has not returned to it, from its counters and the time, and which are over the limit. It has no
//! thread and reads no clock. `due` is what it says and hears of each of them.

mod due;

use std::{mem, time::Duration};

pub(crate) use self::due::{Due, Outcome, Stay, Stuck};
pub(crate) use crate::lateness::{Late, OwnTime, lateness, period};

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

/// The workers of one runtime, and since when the counters of each have not changed.
#[derive(Debug)]
pub(crate) struct WorkerTimes {
    limit: Duration,
    period: Duration,
    workers: Vec<Worker>,
    /// How often any of them has returned.
    returns: u64,
}

#[derive(Debug)]
struct Worker {
    last: Counters,
    /// As read right after the last look at the threads.
    at_look: Option<Counters>,
    /// When it went away, or when that began to count against it.
    left: Duration,
    /// The same, or when it was last examined.
    since: Duration,
    /// How long after `since` it may stay away before it is examined.
    patience: Duration,
    report: Report,
    /// Whether a thread that is taken for it was reported and has not gone on.
    is_held: bool,
    /// How often it has returned.
    returns: u64,
    /// How often its counters were read since, and were the same.
    reads: u64,
    starved: bool,
    /// How many looks in a row have found no thread in it, and since when it was away then.
    empty: (u32, Duration),
    /// Since when looks have been unclear.
    unclear: Option<Duration>,
    /// Whether it was inside `allow_blocking`, and has not returned since.
    excused: bool,
}

/// What was reported of a worker since it returned last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Report {
    Nothing,
    /// Something that is over.
    Over,
    /// What it does now.
    Current,
    /// What it does or did, and no thread is known to be in it.
    WithoutThread,
}

/// A worker without a known thread is examined again after at most this many limits. A choice.
const RAREST: u32 = 16;

/// After so many looks that have found no thread in a worker, one more that finds none is reported: after 15 limits. A choice: all that
/// moves a worker from one thread to another takes less time, unless no thread is left for it.
const LOOKS_IN_VAIN: u32 = 3;

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
            returns: 0,
        }
    }

    /// Reads the counters of every worker, at the time `now`.
    pub(crate) fn read(&mut self, now: Duration, counters: impl Fn(usize) -> Counters) {
        for (worker, it) in self.workers.iter_mut().enumerate() {
            let seen = counters(worker);
            let has_changed = seen != it.last;
            if has_changed || seen.is_parked() {
                let (returns, at_look) = (it.returns + u64::from(has_changed), it.at_look);
                *it = Worker::new(seen, now, self.limit);
                (it.returns, it.at_look) = (returns, at_look);
                self.returns += u64::from(has_changed);
            } else {
                it.reads += 1;
            }
        }
    }

    /// What has to be done about workers that had not returned when their counters were read, at the time `now`.
    pub(crate) fn due(&self, now: Duration) -> Due {
        let mut due = Due::default();
        let all = self.workers.iter().enumerate();
        for (worker, it) in all.filter(|(_, it)| it.reads > 0) {
            let after = now.saturating_sub(it.since);
            due.away += usize::from(!it.is_settled());
            due.keep |= it.starved && !it.is_settled();
            due.excused += usize::from(it.excused && after < it.patience);
            if it.is_settled() || after.saturating_add(self.period) < it.patience {
                continue;
            }
            let stay = now.saturating_sub(it.left);
            due.look = Some(due.look.map_or(stay, |shortest| shortest.min(stay)));
            if after >= it.patience {
                due.examine.push(Stuck {
                    worker,
                    after,
                    is_excused: it.excused,
                    is_told: it.report == Report::WithoutThread,
                    lost_for: it.lost_for(now),
                    starved_for: it.starved.then_some(stay),
                    unclear_for: it.unclear.map(|since| now.saturating_sub(since)),
                });
            }
        }
        if !due.examine.is_empty() {
            due.unmoved = self.stays(|it| it.at_look == Some(it.last) && !it.last.is_parked());
        }
        due
    }

    /// Reads the counters right after a look at the threads.
    pub(crate) fn looked(&mut self, counters: impl Fn(usize) -> Counters) {
        for (worker, it) in self.workers.iter_mut().enumerate() {
            it.at_look = Some(counters(worker));
        }
    }

    /// Everything stood still for a while, or may have. The time of workers starts again. What was reported stays reported.
    pub(crate) fn restart(&mut self, now: Duration) {
        for worker in &mut self.workers {
            worker.begin(now);
            worker.empty = (0, now);
        }
    }

    /// The current stays of all workers.
    pub(crate) fn all(&self) -> Vec<Stay> {
        self.stays(|_| true)
    }

    fn stays(&self, is_wanted: impl Fn(&Worker) -> bool) -> Vec<Stay> {
        let all = self.workers.iter().enumerate();
        all.filter(|(_, it)| is_wanted(it))
            .map(|(worker, _)| self.stay(worker))
            .collect()
    }

    /// How often workers have returned so far. While it is the same, so are all stays.
    pub(crate) fn returns(&self) -> u64 {
        self.returns
    }

    /// The current stay of a worker.
    pub(crate) fn stay(&self, worker: usize) -> Stay {
        Stay {
            worker,
            number: self.workers[worker].returns,
        }
    }

    /// Whether this stay goes on.
    pub(crate) fn is_away(&self, stay: Stay) -> bool {
        self.stay(stay.worker) == stay
    }

    /// What was reported of this worker is over, although it has not returned. Its time starts again. It is longer than the first, because
    /// a thread that goes on all the time is unclear until then, and the same each time, because a new place may follow at any time.
    pub(crate) fn reopen(&mut self, worker: usize, now: Duration) {
        let worker = &mut self.workers[worker];
        if worker.is_settled() {
            worker.report = Report::Over;
            worker.begin(now);
            worker.patience = self.limit.saturating_mul(2);
        }
    }

    /// Threads that are taken for these workers were reported and have not gone on. A worker that was reported without its thread is
    /// examined again, less often each time: its thread may be found then.
    pub(crate) fn hold(&mut self, held: impl Iterator<Item = usize>) {
        for worker in held {
            self.workers[worker].is_held = true;
        }
        for worker in &mut self.workers {
            let is_held = mem::take(&mut worker.is_held);
            match worker.report {
                Report::Over | Report::WithoutThread if is_held => worker.report = Report::Current,
                Report::Current if !is_held => {
                    worker.report = Report::WithoutThread;
                    worker.patience = more(worker.patience, self.limit);
                }
                _ => {}
            }
        }
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
        let is_told = worker.report == Report::WithoutThread;
        match outcome {
            Outcome::Unclear => {}
            Outcome::Empty if worker.empty.0 > 0 => worker.empty.0 += 1,
            Outcome::Empty => worker.empty = (1, worker.left),
            _ => worker.empty = (0, now),
        }
        if outcome == Outcome::Unclear {
            worker.unclear.get_or_insert(now);
        } else {
            worker.unclear = None;
            worker.excused = outcome == Outcome::Excused && !is_told;
        }
        match outcome {
            Outcome::Unclear => return,
            Outcome::Settled => worker.report = Report::Current,
            // The thread in the scope may be that of another worker, which needs the excuse.
            Outcome::Excused if is_told => worker.patience = more(worker.patience, self.limit),
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
            at_look: None,
            left: now,
            since: now,
            patience: limit,
            report: Report::Nothing,
            is_held: false,
            returns: 0,
            reads: 0,
            starved: false,
            empty: (0, now),
            unclear: None,
            excused: false,
        }
    }

    fn is_settled(&self) -> bool {
        self.report == Report::Current
    }

    fn lost_for(&self, now: Duration) -> Option<Duration> {
        let (looks, since) = self.empty;
        (looks >= LOOKS_IN_VAIN).then(|| now.saturating_sub(since))
    }

    /// Whatever it did before counts no more.
    fn begin(&mut self, now: Duration) {
        (self.left, self.since) = (now, now);
    }
}

#[cfg(test)]
mod tests;
