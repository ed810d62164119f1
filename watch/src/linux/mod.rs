//! Looks at the threads of this process, and finds the functions that keep workers from returning to their runtime.
//!
//! - One look: `thread` reads what the kernel says of each thread, `stacks` their stacks. `activity` compares two looks, `findings` are
//!   all threads at one moment, `blame` decides which workers may block, `culprit` which function it is; `printable` makes its name safe.
//! - `reported` is a thread that a report was about, `not_found` the report of a worker without a thread. `in_block_on` watches
//!   threads that have no counters.
//! - Stacks to functions: `unwind` with `code` and `memory`; `modules` are the files in memory, and `sections`, `debug`, `names` read them,
//!   `guarded`.
//!   `role` says whether frames are a worker's, `thread_names` which threads are none by their names, `syscalls` names system calls.
//! - Threads that compute (feature `process`): `ask` asks a `helper` process, unless `privileges` forbid it. `ask_mock` stands in.
//! - `damage` is for tests of what reads files.
//!
//! May import `allow`, `blocked`, `examined`, `origin`, `worker_times`, and, in a test, `places`.

mod activity;
#[cfg(feature = "process")]
mod ask;
#[cfg(not(feature = "process"))]
mod ask_mock;
mod blame;
mod code;
mod culprit;
#[cfg(test)]
mod damage;
mod debug;
mod findings;
mod guarded;
#[cfg(feature = "process")]
mod helper;
mod in_block_on;
mod memory;
mod modules;
mod names;
mod not_found;
mod printable;
#[cfg(feature = "process")]
mod privileges;
mod reported;
mod role;
mod sections;
mod stacks;
mod syscalls;
mod thread;
mod thread_names;
mod unwind;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

#[cfg(not(feature = "process"))]
use self::ask_mock as ask;
use self::{
    blame::{Counts, Undecided},
    findings::{Findings, Reader, Suspect},
    in_block_on::{InBlockOn, Pace},
    not_found::{NotFound, one_of},
    reported::{AllReported, Reported},
    role::Role,
    stacks::stack_of,
    thread::{State, every_thread, main_thread},
    thread_names::WorkerNames,
};
use crate::{
    Blocked,
    examined::Examined,
    origin::{Inside, Origin},
    worker_times::{Due, Stay, Stuck},
};

pub use self::ask::init;
pub(crate) use self::{
    thread::{ThreadStates, Tid, current_tid, own_time},
    thread_names::own_name,
};

/// Examines threads, and keeps what is slow to read.
pub(crate) struct Look {
    in_block_on: InBlockOn,
    /// The thread that started the watch, and whether it is inside `block_on`.
    starter: Tid,
    inside: Inside,
    reported: AllReported,
    /// The threads that were examined last.
    seen: HashMap<Tid, State>,
    reader: Reader,
    undecided: Undecided,
    /// The stacks that the starter had when it was reported that it may be inside `block_on`, or outside.
    doubtful: HashSet<Vec<u64>>,
}

impl Look {
    /// `starter` may be inside `block_on`. While it is known to be, no other thread is. A runtime of one thread has no `workers`.
    pub(crate) fn new(starter: Tid, limit: Duration, origin: Origin, workers: usize) -> Self {
        let in_block_on = match (workers, origin.is_short) {
            (0, _) => InBlockOn::nobody(),
            (_, true) => InBlockOn::of(&[starter], Pace::EachTick),
            (_, false) => InBlockOn::of(&[starter, main_thread()], Pace::EachLimit),
        };
        Self {
            in_block_on,
            starter,
            inside: origin.inside,
            reported: AllReported::default(),
            seen: HashMap::new(),
            undecided: Undecided::default(),
            doubtful: HashSet::new(),
            reader: Reader::new(limit, WorkerNames::new(origin.worker_name, workers)),
        }
    }

    /// Reads in advance what is slow to read.
    pub(crate) fn prepare(&mut self) {
        self.reader.prepare();
    }

    /// Workers whose reported threads have gone on. Each is returned once.
    pub(crate) fn gone_on(
        &mut self,
        is_away: impl Fn(Stay) -> bool,
        is_known: impl Fn(Tid) -> bool,
    ) -> Vec<usize> {
        self.reported.pass(State::of, is_away, is_known)
    }

    /// The workers whose reported threads have not gone on.
    pub(crate) fn reported(&self) -> impl Iterator<Item = usize> + '_ {
        self.reported.workers()
    }

    /// Whether this thread, which was reported, has slept since the counters were read before.
    pub(crate) fn has_slept(&self, tid: Tid) -> bool {
        self.reported.has_slept(tid)
    }

    /// This thread, which was examined now, is taken for that worker and may be one of `may_be`. If `is_told`, what it does was reported.
    pub(crate) fn is_taken_for(
        &mut self,
        tid: Tid,
        (worker, may_be): (usize, &[Stay]),
        (is_still, is_told): (bool, bool),
    ) {
        if let Some(state) = self.seen.remove(&tid) {
            let thread = (tid, state);
            let reported = Reported::new(thread, (worker, may_be), (is_still, is_told));
            self.reported.insert(reported);
        }
    }

    /// Called after the process was stopped. That woke waiting threads for a moment, and they wait for the same again.
    pub(crate) fn note_pause(&mut self) {
        self.reported.note_pause();
    }

    /// The states of all threads. A thread that has not slept since the look before keeps its state of then, so that its running
    /// time adds up.
    pub(crate) fn thread_states(&mut self, before: &ThreadStates) -> ThreadStates {
        self.prepare();
        let mut now = every_thread();
        for (tid, state) in &mut now {
            let old = before.0.get(tid);
            if let Some(old) = old.filter(|old| state.has_run_since(old)) {
                *state = old.clone();
            }
        }
        ThreadStates(now)
    }

    /// Reports about threads inside `block_on` of runtimes with several workers. Those threads have no counters.
    pub(crate) fn in_block_on(&mut self, now: Duration, limit: Duration) -> Vec<Blocked> {
        let mut reports = Vec::new();
        for due in self.in_block_on.due(now, limit) {
            let is_inside = due.tid == self.starter && self.inside.is_known();
            let suspect = self.reader.suspect(due.tid, &due.before, is_inside);
            let Some(suspect) = suspect else { continue };
            reports.push(
                self.reader
                    .report(None, now.saturating_sub(due.since), &suspect),
            );
        }
        reports
    }

    /// Examines each worker that is over the limit. Those that return meanwhile are left out.
    pub(crate) fn examine(
        &mut self,
        before: &mut ThreadStates,
        due: &Due,
        has_workers: bool,
        is_back: &dyn Fn(usize) -> bool,
    ) -> Vec<(Stuck, Examined)> {
        let wanted = if has_workers {
            Role::Worker
        } else {
            Role::Single
        };
        let single = (!has_workers && self.inside.is_known()).then_some(self.starter);
        let mut stuck = due.examine.clone();
        for stuck in &mut stuck {
            // Its thread is known: it was reported of another worker.
            let is_held = self.reported.workers().any(|it| it == stuck.worker);
            stuck.lost_for = stuck.lost_for.filter(|_| !is_held);
        }
        // A worker that returned after the tick is away for another reason now, and perhaps for a short time.
        let mut looked = || stuck.retain(|it| !is_back(it.worker));
        let mut findings = self.reader.findings(before, wanted, single, &mut looked);
        let away = due.away - (due.examine.len() - stuck.len());
        stuck.sort_by_key(|it| (!it.is_excused, it.is_told));
        let examined = if findings.is_stopped {
            stuck.iter().map(|_| Examined::Again).collect()
        } else {
            self.leave_out_reported(&mut findings);
            let is_known = has_workers || single.is_some();
            self.blame(findings, (&stuck, away, due.excused), is_known)
        };
        stuck.into_iter().zip(examined).collect()
    }

    /// `stuck` begins with those that were excused before and ends with those that were reported before. `away` workers have not returned,
    /// these included, and `excused` of the others were excused.
    fn blame(
        &mut self,
        mut findings: Findings,
        (stuck, away, excused): (&[Stuck], usize, usize),
        is_known: bool,
    ) -> Vec<Examined> {
        self.seen.clear();
        let mut suspects = findings.suspects_for(stuck.len());
        let counts = Counts {
            stuck: stuck.len(),
            excused: stuck.iter().filter(|it| it.is_excused).count(),
            under: away.saturating_sub(stuck.len() + excused),
            suspects: suspects.len(),
            allowed: findings.allowed.saturating_sub(excused),
        };
        let (free, blamed) = stuck.split_at(counts.free());
        let mut examined: Vec<_> = free.iter().map(|_| Examined::Excused).collect();
        if suspects.len() > blamed.len() && !self.is_clear(&mut suspects, blamed) {
            examined.extend(blamed.iter().map(|stuck| {
                if !self.undecided.is_over(stuck.worker) {
                    return Examined::Unclear;
                }
                let report = one_of(stuck, &suspects, &self.reader);
                Examined::Blocked(Box::new(report), None)
            }));
            return examined;
        }
        let not_found = NotFound::of(&findings, &mut self.reader, is_known);
        let mut suspects = suspects.iter();
        examined.extend(blamed.iter().map(|stuck| match suspects.next() {
            Some(suspect) if suspect.seen.is_early => Examined::Unclear,
            Some(suspect) => {
                let report = self.reader.report(Some(stuck.worker), stuck.after, suspect);
                self.seen.insert(suspect.tid, suspect.state.clone());
                Examined::Blocked(Box::new(report), Some(suspect.tid))
            }
            None => self.without_thread(not_found.examine(stuck), is_known),
        }));
        examined
    }

    /// A program may wait between two calls of `block_on` again and again. If it may be that, each place is reported once.
    fn without_thread(&mut self, examined: Examined, is_known: bool) -> Examined {
        if is_known || !matches!(examined, Examined::Blocked(..)) {
            return examined;
        }
        let stack = State::of(self.starter).and_then(|state| stack_of(self.starter, &state));
        let place = stack.map(|stack| stack.frames).unwrap_or_default();
        if self.doubtful.insert(place) {
            examined
        } else {
            Examined::Empty
        }
    }

    /// Called with more suspects than workers: some are away for only a short time, or belong to another runtime. Keeps those that have
    /// stayed for as long as the workers, if these are as many as the workers.
    fn is_clear(&mut self, suspects: &mut Vec<Suspect>, blamed: &[Stuck]) -> bool {
        let workers: Vec<_> = blamed.iter().map(|it| (it.worker, it.after)).collect();
        let states: Vec<_> = suspects.iter().map(|it| (it.tid, &it.state)).collect();
        let stayed = self.undecided.stayed(&workers, &states);
        let is_clear = stayed.len() == blamed.len();
        if is_clear {
            suspects.retain(|it| stayed.contains(&it.tid));
        }
        is_clear
    }

    /// Removes threads that were reported and still wait there, so that they are not reported again.
    fn leave_out_reported(&mut self, findings: &mut Findings) {
        let reported = &mut self.reported;
        findings
            .suspects
            .retain(|it| !reported.is_still(it.tid, &it.state));
    }
}

#[cfg(test)]
mod tests;
