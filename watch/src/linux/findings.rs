//! What all threads do at one moment, and which of them may be a worker that has not returned to its runtime. `found` has the result,
//! `report` what is said of one thread.

mod found;
mod report;

use std::{
    collections::{HashMap, HashSet},
    io,
    sync::PoisonError,
    time::Duration,
};

use super::{
    activity::{activity, most_telling},
    ask::Helper,
    culprit::program,
    in_block_on::may_park,
    names::{Frame, NAMES},
    role::{Role, is_of_workers, may_be_worker, role},
    stacks::{
        ReadThread, StacksOfRunning, ask, is_allowed, modules, read_sleeping, stack_of,
        stacks_of_running,
    },
    thread::{Execution, State, ThreadStates, Tid, every_thread},
    thread_names::WorkerNames,
    unwind::Stack,
};
use crate::allow::threads_inside;

pub(crate) use self::found::{Findings, Suspect};

/// Reads stacks, and keeps what is slow to read.
pub(crate) struct Reader {
    /// The frames at each address read so far. They hold for this version of the modules.
    known: HashMap<u64, Vec<Frame>>,
    version: u64,
    /// The crate that is running.
    program: String,
    pub(crate) limit: Duration,
    named: WorkerNames,
}

/// How one thread is examined: the role that is searched for, and what is known of the thread.
#[derive(Clone, Copy)]
struct Asked {
    wanted: Role,
    is_only: bool,
    is_allowed: bool,
    /// Whether it is no worker by its name.
    is_stranger: bool,
}

impl Reader {
    pub(crate) fn new(limit: Duration, named: WorkerNames) -> Self {
        Self {
            limit,
            named,
            known: HashMap::new(),
            version: 0,
            program: program(),
        }
    }

    /// Reads in advance what is slow to read.
    pub(crate) fn prepare(&mut self) {
        let mut modules = modules();
        modules.refresh();
        if modules.version != self.version {
            self.known.clear();
            self.version = modules.version;
        }
    }

    /// Examines every thread, or a single one if only that can be the worker, and calls `looked` afterwards. Threads in the role
    /// `wanted` are suspects. A single thread counts as one in that role unless its stack says otherwise. To be stopped for the look is no
    /// change since `before`.
    pub(crate) fn findings(
        &mut self,
        before: &mut ThreadStates,
        wanted: Role,
        only: Option<Tid>,
        looked: &mut dyn FnMut(),
    ) -> Findings {
        self.prepare();
        let mut now = every_thread();
        let threads = now.len();
        // Where nothing can be read, any worker may be one of those inside a scope.
        let allowed = if threads == 0 {
            threads_inside().len()
        } else {
            0
        };
        now.retain(|tid, _| only.is_none_or(|only| *tid == only));
        let mut found = Findings {
            is_stopped: now.values().any(|state| state.is_stopped),
            threads,
            allowed,
            ..Findings::default()
        };
        if found.is_stopped {
            return found;
        }
        self.look_at(&now, before, (wanted, only.is_some()), looked, &mut found);
        found
    }

    fn look_at(
        &mut self,
        now: &HashMap<Tid, State>,
        before: &mut ThreadStates,
        (wanted, is_only): (Role, bool),
        looked: &mut dyn FnMut(),
        found: &mut Findings,
    ) {
        let (running, sleeping): (Vec<_>, Vec<_>) = now
            .iter()
            .partition(|(_, state)| state.execution == Execution::Running);
        // All stacks are read before any names: a stack changes as soon as its thread goes on, and the first names take long.
        let stacks: Vec<_> = sleeping.into_iter().map(read_sleeping).collect();
        looked();
        let running = stacks_of_running(running, before);
        let strangers = self.strangers(now, wanted, &running, &stacks);
        for read in stacks.into_iter().chain(running.seen) {
            let Some(stack) = &read.stack else {
                found.woke(read.is_allowed);
                continue;
            };
            let thread = (read.tid, read.state, before.0.get(&read.tid));
            let asked = Asked {
                wanted,
                is_only,
                is_allowed: read.is_allowed,
                is_stranger: strangers.contains(&read.tid),
            };
            self.add(found, thread, stack, asked);
        }
        let unseen = running.unseen.into_iter();
        let unseen = unseen.filter(|it| !strangers.contains(&it.0));
        let unseen =
            unseen.map(|(tid, state, why)| (activity(state, before.0.get(&tid), self.limit), why));
        [found.running, found.computing] = most_telling(&unseen.collect::<Vec<_>>());
        found.allowed += running.allowed;
        before.pass_over_stops(&running.stopped, now);
    }

    /// The threads that are no workers by their names. They are needed only if a stack does not tell.
    fn strangers(
        &mut self,
        now: &HashMap<Tid, State>,
        wanted: Role,
        running: &StacksOfRunning<'_>,
        sleeping: &[ReadThread<'_>],
    ) -> HashSet<Tid> {
        let mut stacks = sleeping.iter().chain(&running.seen);
        let is_cut = |it: &ReadThread<'_>| it.stack.as_ref().is_some_and(|it| !it.is_whole);
        let is_needed = !running.unseen.is_empty() || !self.tells_inlined() || stacks.any(is_cut);
        if is_needed && wanted == Role::Worker {
            self.named.strangers(now.keys())
        } else {
            HashSet::new()
        }
    }

    /// Whether a thread whose frames say nothing may be a worker.
    fn may_be_it(&mut self, stack: &Stack, frames: &[Frame], asked: Asked) -> bool {
        let is_known = asked.wanted == Role::Worker && stack.is_whole && self.has_symbols();
        !asked.is_stranger && !self.tells_inlined() && (!is_known || may_be_worker(frames))
    }

    fn add(
        &mut self,
        found: &mut Findings,
        (tid, state, before): (Tid, &State, Option<&State>),
        stack: &Stack,
        asked: Asked,
    ) {
        let frames = self.frames(&stack.frames);
        let role = role(&frames);
        let is_still = before.is_some_and(|before| state.is_still(before));
        let is_of_workers = frames.iter().any(is_of_workers);
        found.has_workers |= is_of_workers;
        let runs = is_of_workers && state.execution == Execution::Running;
        found.innocent += usize::from(asked.is_allowed || runs);
        let is_unidentified = role == Role::Unidentified && self.may_be_it(stack, &frames, asked);
        found.has_unidentified |= is_unidentified && is_still;
        let is_it = role == asked.wanted || (role == Role::Unidentified && asked.is_only);
        if asked.is_allowed && (is_it || is_unidentified) {
            found.allowed += 1;
        } else if is_it {
            let seen = activity(state, before, self.limit);
            found.suspects.push(Suspect {
                tid,
                state: state.clone(),
                frames,
                seen,
            });
        } else if !stack.is_whole && is_still && !asked.is_stranger {
            found.unread = Some(activity(state, before, self.limit));
        } else if is_unidentified && state.execution == Execution::Running {
            found.runs(activity(state, before, self.limit));
        }
    }

    /// Examines one thread. It is a suspect inside the future of `block_on` of a runtime with several workers. A thread that `is_inside`
    /// `block_on` may also just be parked there.
    pub(crate) fn suspect(&mut self, tid: Tid, before: &State, is_inside: bool) -> Option<Suspect> {
        self.prepare();
        let state = State::of(tid)?;
        let allowed = is_allowed(tid);
        let stack = if state.execution == Execution::Running {
            ask(&Helper::start().ok()??, tid)?
        } else {
            stack_of(tid, &state)?
        };
        let frames = self.frames(&stack.frames);
        let is_blocked = match role(&frames) {
            Role::Root => true,
            Role::Unidentified => is_inside && !may_park(&state),
            _ => false,
        };
        let is_it = is_blocked && !state.is_stopped && !allowed;
        let seen = activity(&state, Some(before), self.limit);
        is_it.then_some(Suspect {
            tid,
            state,
            frames,
            seen,
        })
    }

    fn frames(&mut self, addresses: &[u64]) -> Vec<Frame> {
        let mut frames = Vec::new();
        for address in addresses {
            if let Some(known) = self.known.get(address) {
                frames.extend_from_slice(known);
            } else if let Ok(found) = name(*address) {
                frames.extend_from_slice(&found);
                self.known.insert(*address, found);
            }
        }
        frames
    }

    /// Whether this program has symbols. Without them all threads look alike.
    pub(crate) fn has_symbols(&mut self) -> bool {
        let here = Self::has_symbols as fn(&mut Self) -> bool as usize as u64;
        !self.frames(&[here]).is_empty()
    }

    /// Whether the thread of a runtime of one thread can be recognised by a name on its stack.
    pub(crate) fn tells_single() -> bool {
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        names.has_loop_of_one()
    }

    /// Whether this build records which functions were inlined.
    fn tells_inlined(&mut self) -> bool {
        let here = Self::tells_inlined as fn(&mut Self) -> bool as usize as u64;
        self.frames(&[here]).iter().any(|it| it.file.is_some())
    }
}

/// Names are slow to read. Other watches may read stacks meanwhile.
fn name(address: u64) -> io::Result<Vec<Frame>> {
    let place = modules()
        .find(address)
        .map(|it| (it.path.clone(), it.id, address.wrapping_sub(it.bias)));
    let Some((path, id, address)) = place else {
        return Ok(Vec::new());
    };
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    names.frames(&path, id, address)
}

#[cfg(test)]
mod tests;
