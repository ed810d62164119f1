//! When a runner without a job searches for one, in place of leaving.

use std::mem;

use super::spawner::LONG_BURST;
use crate::call::traits::Entry;

/// A runner that ran more jobs than this since its last search does not search, unless it was a `LONG_BURST`: the jobs came in a burst,
/// and the next ones will too. Yielding is expensive then. Since Linux 6.18 a thread that yields has a lower priority for a while: each
/// task that it wakes preempts it, and from then on the jobs come one by one.
///
/// Chosen by the benchmark `loops/1usx10` on a machine that does other work too: up to 1.3 context switches a call without a limit, about
/// 0.6 with it. With one instead of two, a runner would sleep after each of the calls that come one by one.
const IN_A_ROW: usize = 2;

/// How many jobs a runner has run: in all, and since its last search.
#[derive(Default)]
pub(crate) struct Jobs {
    pub(crate) ended: usize,
    pub(crate) since_search: usize,
    /// Whether no other runner was left when this one left.
    pub(crate) last: bool,
}

impl Jobs {
    pub(crate) const fn end(&mut self) {
        self.ended += 1;
        self.since_search += 1;
    }

    /// Whether the next job is likely to come soon. A single job says nothing about that.
    const fn are_followed(&self) -> bool {
        self.ended > 1 && (self.since_search <= IN_A_ROW || self.since_search >= LONG_BURST)
    }

    /// Whether the jobs came one after the other, with time between them. In a burst no thread stands by: it would have to be woken for
    /// each of the first jobs, which delays who submits them.
    ///
    /// A task that is woken on the processor of its runner submits its next call, and requests a runner for it, before this one looks at
    /// the queue again. So a runner of a single job need not be the last. Chosen by the workload of the benchmark `seq`, where `perf`
    /// counted the threads that are asked for: at most 309 for 30000 calls by default, in place of 2467 to 28335.
    pub(crate) const fn came_alone(&self) -> bool {
        self.ended == 1 || self.last && self.ended <= IN_A_ROW
    }
}

/// The search for a job. At most one runner of a queue searches, since that takes CPU time from the bodies.
#[derive(Default)]
pub(crate) struct Search {
    under_way: bool,
    /// Whether whoever submitted the last job did not wait for it, and may be about to submit the next one.
    ///
    /// A runner that was woken on the processor of such a thread has preempted it, and keeps it from submitting until it yields. If it
    /// left, or stood by, each submission would wake a runner and take as long as a body. Chosen by the benchmark `submit`;
    /// `docs/benchmarks.md` has its p99 without this.
    more_may_follow: bool,
}

impl Search {
    /// A call has entered the queue in that state.
    pub(crate) fn note(&mut self, entry: Entry) {
        self.more_may_follow = entry == Entry::Started;
    }

    /// Whether it is worth its time, for a runner that has run these jobs.
    pub(crate) const fn is_worth_it(&self, jobs: &Jobs) -> bool {
        self.more_may_follow || jobs.are_followed()
    }

    /// Returns false if another runner searches.
    pub(crate) const fn begin(&mut self) -> bool {
        !mem::replace(&mut self.under_way, true)
    }

    pub(crate) const fn end(&mut self) {
        self.under_way = false;
    }

    pub(crate) const fn is_under_way(&self) -> bool {
        self.under_way
    }
}

#[test]
fn only_jobs_that_come_alone_are_waited_for() {
    let came_alone = |ended, last| {
        let jobs = Jobs {
            ended,
            since_search: ended,
            last,
        };
        jobs.came_alone()
    };
    // Another runner may have been woken for the call that followed.
    assert!(came_alone(1, true) && came_alone(1, false));
    assert!(came_alone(2, true) && !came_alone(2, false));
    assert!(!came_alone(IN_A_ROW + 1, true));
    // A runner that came in vain stands by only if it is the last.
    assert!(came_alone(0, true) && !came_alone(0, false));
}
