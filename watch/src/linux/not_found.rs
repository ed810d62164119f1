//! What a report says about a worker whose thread was not found.

use std::time::Duration;

use super::{
    activity::{Activity, COUNTED},
    ask,
    findings::{Findings, Reader, Suspect},
    stacks::Unasked,
};
use crate::{Blocked, How, examined::Examined, worker_times::Stuck};

/// What is known when the thread was not found.
pub(crate) struct NotFound {
    pub(crate) seen: Option<Activity>,
    /// What the worker may do if the thread that was seen is another one's.
    pub(crate) otherwise: Option<Otherwise>,
    /// Why it could not be examined, if it runs.
    pub(crate) unasked: Unasked,
    pub(crate) has_symbols: bool,
    /// Whether this build does not show which thread it is.
    pub(crate) is_unidentified: bool,
    /// Whether counters that stand still mean that it works. They also stand still in a runtime of one thread outside `block_on`.
    pub(crate) is_known: bool,
    /// How many threads the system shows, if it shows any.
    pub(crate) threads: usize,
    /// How many threads that may be the worker's are awake, or were for a moment.
    pub(crate) awake: usize,
    /// How many threads are known to be innocent, and may be the worker's: in a scope that lets them block, or running in tokio.
    pub(crate) innocent: usize,
    pub(crate) limit: Duration,
}

/// What a worker may do, of which a thread was seen that need not be its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Otherwise {
    Computes(Activity),
    Waits,
}

/// Of a worker with tokio's own names, in which no thread is.
const LOST: &str = "no thread was found in it: after `block_in_place` it may wait for a free blocking thread, or it blocks in a callback of its runtime, or the debug information is damaged or not of this build";

/// After so many limits, a worker that may be any of several threads is no longer said to be the one that gets no processor. A choice: as
/// long as it takes until a worker without a thread is reported.
const GUESSED: u32 = 15;

impl NotFound {
    /// What is known about workers without a suspect.
    pub(crate) fn of(findings: &Findings, reader: &mut Reader, is_known: bool) -> Self {
        let is_unidentified = findings.is_unidentified() && (is_known || !Reader::tells_single());
        let has_symbols = reader.has_symbols();
        let running = findings.running.map(|it| it.0);
        let surely = running.or(findings.unread);
        let may_wait = !has_symbols || (surely.is_none() && is_unidentified);
        let computes = findings.computing.map(|it| Otherwise::Computes(it.0));
        let asked = findings.computing.or(findings.running);
        Self {
            seen: surely.or(findings.guess).filter(|_| is_known),
            otherwise: computes.or(may_wait.then_some(Otherwise::Waits)),
            unasked: asked.map(|it| it.1).unwrap_or_default(),
            has_symbols,
            is_unidentified,
            is_known,
            threads: findings.threads,
            awake: findings.awake,
            innocent: findings.innocent,
            limit: reader.limit,
        }
    }

    pub(crate) fn examine(&self, stuck: &Stuck) -> Examined {
        if let Some((seen, after)) = self.otherwise(stuck) {
            let other = Self {
                seen,
                otherwise: None,
                ..*self
            };
            return other.examine(&Stuck { after, ..*stuck });
        }
        if self.awake > 0 && stuck.after < self.limit.saturating_mul(2) {
            return Examined::Unclear;
        }
        let is_blind = self.threads == 0;
        // The counters of a runtime of one thread also stand still between two calls of `block_on`.
        let is_seen = self.seen.is_some() || self.is_unidentified || is_blind;
        let may_be_empty = self.has_symbols || !self.is_known;
        if may_be_empty && !is_seen {
            return self.empty(stuck);
        }
        let seen = self.seen.unwrap_or(Activity {
            how: How::Unknown,
            is_still: true,
            is_early: false,
        });
        if seen.is_early {
            return Examined::Unclear;
        }
        let Activity { how, is_still, .. } = seen;
        let mut report = Blocked::new(Some(stuck.worker), how, stuck.after);
        report.one_poll = is_still;
        report.unnamed = Some(self.unnamed(how));
        Examined::Blocked(Box::new(report), None)
    }

    /// What it does, and for how long it has been away, if a thread without a processor can no longer be taken for its.
    fn otherwise(&self, stuck: &Stuck) -> Option<(Option<Activity>, Duration)> {
        let (seen, otherwise) = (self.seen?, self.otherwise?);
        if !matches!(seen.how, How::NotScheduled { .. }) {
            return None;
        }
        let (limits, seen_for, after) = if seen.is_early {
            // If it were the worker's, looks in a row would have told more.
            (2, stuck.unclear_for, stuck.after)
        } else {
            (GUESSED, stuck.starved_for, stuck.starved_for?)
        };
        let long = self.limit.max(COUNTED).saturating_mul(limits);
        seen_for.filter(|it| *it >= long)?;
        match otherwise {
            Otherwise::Computes(seen) => Some((Some(seen), after)),
            Otherwise::Waits => Some((None, after)),
        }
    }

    /// Looks find no thread in it.
    fn empty(&self, stuck: &Stuck) -> Examined {
        let lost_for = stuck
            .lost_for
            .filter(|_| self.is_known && self.innocent == 0);
        lost_for.map_or(Examined::Empty, |after| {
            let mut report = Blocked::new(Some(stuck.worker), How::Unknown, after);
            report.unnamed = Some(LOST);
            Examined::Blocked(Box::new(report), None)
        })
    }

    /// Why no function is named.
    fn unnamed(&self, how: How) -> &'static str {
        let is_blind = self.threads == 0;
        match how {
            How::Computing => ask::unnamed(self.unasked),
            _ if is_blind && self.is_known => "`/proc`, which tells where, cannot be read",
            _ if is_blind => {
                "or its thread is outside of `block_on`: `/proc`, which tells that, cannot be read"
            }
            _ if !self.is_known => {
                "or its thread is outside of `block_on`, which nothing in this build tells: `debug = \"line-tables-only\"` in the profile does"
            }
            _ if self.has_symbols && self.seen.is_none() => {
                "nothing in this build tells its thread from others: `debug = \"line-tables-only\"` in the profile does"
            }
            _ if self.has_symbols => "its stack could not be read to the end",
            _ => "build with symbols (no `strip`) to see where",
        }
    }
}

/// More threads are blocked than workers are missing, and nothing tells which: all of them are listed.
pub(crate) fn one_of(stuck: &Stuck, suspects: &[Suspect], reader: &Reader) -> Blocked {
    let mut report = Blocked::new(Some(stuck.worker), How::Unknown, stuck.after);
    report.one_poll = true;
    let named = suspects
        .iter()
        .map(|suspect| reader.report(None, stuck.after, suspect));
    report.one_of = named.map(|it| it.what()).collect();
    report
}
