//! Turns two snapshots into rows: what happened between them.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use tokio_offload::{
    Calls, FunctionSnapshot, Histogram, PoolSnapshot, Snapshot, blocked_seen, snapshot,
};

use crate::view::{Row, Times, View};

/// The snapshots of the last seconds, and a line of numbers for each pool and function.
pub(crate) struct Observer {
    /// The newest snapshot is compared with the oldest.
    seen: VecDeque<(Instant, Snapshot)>,
    history: HashMap<Key, VecDeque<u64>>,
    /// The time that "lately" covers.
    lately: Duration,
}

impl Observer {
    /// Starts with a snapshot of everything so far.
    pub(crate) fn new(lately: Duration) -> Self {
        Self {
            seen: [(Instant::now(), snapshot())].into(),
            history: HashMap::new(),
            lately,
        }
    }

    /// Takes a snapshot and compares it with an earlier one.
    pub(crate) fn look(&mut self, title: String) -> View {
        let now = snapshot();
        let before = self.push(Instant::now(), &now);
        let pools = now.pools.iter().map(|pool| {
            let known = before.was.pools.iter().find(|was| was.name == pool.name);
            Row {
                limit: pool.limit,
                history: self.note(key_of_pool(pool), pool.calls.queued),
                ..before.row(&pool.name, Seen::from(pool), known.map(Seen::from))
            }
        });
        let pools = pools.collect();
        let functions = now.functions.iter().enumerate().map(|(index, function)| {
            let earlier = &now.functions[..index];
            let nth = earlier.iter().filter(|other| same(other, function)).count();
            let [known, last] = [&before.was, &before.last].map(|was| twin(was, function, nth));
            let ended = last.map_or(0, |last| last.calls.ended());
            let new = function.calls.ended().saturating_sub(ended);
            Row {
                history: self.note(key(function, nth), new),
                ..before.row(
                    short(&function.name),
                    function.into(),
                    known.map(Seen::from),
                )
            }
        });
        View {
            title,
            pools,
            functions: functions.collect(),
            blocked: last_reports(),
            advice: now.advice().iter().map(ToString::to_string).collect(),
        }
    }

    /// Keeps a snapshot, drops those that are too old, and returns the ones to compare it with.
    fn push(&mut self, at: Instant, now: &Snapshot) -> Before {
        while self.seen.len() > 1 && at.duration_since(self.seen[0].0) > self.lately {
            self.seen.pop_front();
        }
        let (since, was) = self.seen[0].clone();
        let (_, last) = self.seen[self.seen.len() - 1].clone();
        self.seen.push_back((at, now.clone()));
        Before {
            seconds: at.duration_since(since).as_secs_f64().max(1e-3),
            was,
            last,
        }
    }

    fn note(&mut self, key: Key, number: u64) -> Vec<u64> {
        let history = self.history.entry(key).or_default();
        if history.len() == KEPT {
            history.pop_front();
        }
        history.push_back(number);
        history.iter().copied().collect()
    }
}

/// As many as leave room for the rest.
const REPORTS: usize = 3;

fn last_reports() -> Vec<String> {
    let last = blocked_seen().last;
    let new = last.len().saturating_sub(REPORTS);
    last[new..].iter().map(ToString::to_string).collect()
}

/// A function with its file, its line and which one it is of those there, or a pool without all that.
type Key = (String, String, u32, usize);

fn key(function: &FunctionSnapshot, nth: usize) -> Key {
    let (name, file) = (function.name.clone(), function.file.clone());
    (name, file, function.line, nth)
}

fn key_of_pool(pool: &PoolSnapshot) -> Key {
    (pool.name.clone(), String::new(), 0, 0)
}

/// Whether two functions cannot be told apart: a macro can write several with one attribute.
fn same(one: &FunctionSnapshot, other: &FunctionSnapshot) -> bool {
    (&one.name, &one.file, one.line) == (&other.name, &other.file, other.line)
}

/// The function in another snapshot. Those that cannot be told apart stay in the order of their first calls.
fn twin<'a>(
    was: &'a Snapshot,
    function: &FunctionSnapshot,
    nth: usize,
) -> Option<&'a FunctionSnapshot> {
    let mut twins = was.functions.iter().filter(|other| same(other, function));
    twins.nth(nth)
}

/// More than fit on a wide screen.
const KEPT: usize = 200;

/// The snapshots to compare a new one with.
struct Before {
    /// An earlier snapshot, and its age.
    was: Snapshot,
    seconds: f64,
    /// The previous one.
    last: Snapshot,
}

/// The numbers that pools and functions have in common.
#[derive(Clone, Copy)]
struct Seen<'a> {
    calls: &'a Calls,
    wait: &'a Histogram,
    run: &'a Histogram,
}

impl Before {
    fn row(&self, name: &str, now: Seen<'_>, was: Option<Seen<'_>>) -> Row {
        let ended = was.map_or(0, |was| was.calls.ended());
        let ended = now.calls.ended().saturating_sub(ended);
        Row {
            name: name.to_owned(),
            running: now.calls.running,
            waiting: now.calls.queued,
            rate: f64::from(u32::try_from(ended).unwrap_or(u32::MAX)) / self.seconds,
            wait: times(now.wait, was.map(|was| was.wait)),
            run: times(now.run, was.map(|was| was.run)),
            ..Row::default()
        }
    }
}

fn times(now: &Histogram, was: Option<&Histogram>) -> Times {
    let new = was.map(|was| now.since(was));
    let [p50, p99] = [0.5, 0.99].map(|share| new.as_ref().unwrap_or(now).quantile(share));
    Times { p50, p99 }
}

/// The last two parts of a path: enough to tell functions apart here.
fn short(path: &str) -> &str {
    let mut ends = path.rmatch_indices("::").skip(1);
    ends.next().map_or(path, |(at, _)| &path[at + 2..])
}

impl<'a> From<&'a PoolSnapshot> for Seen<'a> {
    fn from(pool: &'a PoolSnapshot) -> Self {
        Self {
            calls: &pool.calls,
            wait: &pool.wait,
            run: &pool.run,
        }
    }
}

impl<'a> From<&'a FunctionSnapshot> for Seen<'a> {
    fn from(function: &'a FunctionSnapshot) -> Self {
        Self {
            calls: &function.calls,
            wait: &function.wait,
            run: &function.run,
        }
    }
}
