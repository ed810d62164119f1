//! Keeps processes that a body started and that have lost their parent: the worker adopts them and ends them when it ends.

use std::process::exit;

use rustix::process::{getpid, set_child_subreaper};

use crate::system::{family, proc};

/// The worker counts dead children after this many calls. A choice: the count reads `/proc`, so not after each.
const CALLS: u32 = 64;

/// How many dead children may be left. Only the body knows which of them it will still wait for. A choice.
const MOST: usize = 32;

/// Makes this process the new parent of descendants that lose theirs, so that they can be found.
pub(super) fn keep() {
    // If the system refuses, such processes go to the usual reaper.
    let _ = set_child_subreaper(Some(getpid()));
}

/// Ends this worker and all processes that it has started.
pub(super) fn leave() -> ! {
    family::kill_all_below(std::process::id());
    exit(0)
}

/// Counts calls.
#[derive(Default)]
pub(super) struct Orphans {
    calls: u32,
}

impl Orphans {
    /// Whether there are so many dead children that a new worker should replace this one.
    pub(super) fn are_many(&mut self) -> bool {
        self.calls += 1;
        self.calls % CALLS == 0 && dead() > MOST
    }
}

fn dead() -> usize {
    // Adopted processes belong to the main thread, others to the thread that started them.
    let mut all = usize::MAX;
    let children = proc::children(std::process::id(), &mut all).unwrap_or_default();
    let is_dead = |pid: &u32| proc::stat(*pid).is_some_and(|stat| stat.starts_with('Z'));
    children.into_iter().filter(is_dead).count()
}
