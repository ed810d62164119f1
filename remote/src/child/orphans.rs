//! What a worker has started and what has lost its parent: it stays with the worker, and ends with it.

use std::{fs, process::exit};

use rustix::process::{getpid, set_child_subreaper};

use crate::system::family;

/// The worker counts dead children after this many calls. A choice: the count reads `/proc`, so not after each.
const CALLS: u32 = 64;

/// How many dead children may be left. Only the body knows which of them it will still wait for. A choice.
const MOST: usize = 32;

/// From here on whoever loses its parent gets this process as one, and so can be found.
pub(super) fn keep() {
    // Where that cannot be had they go to whoever reaps what nobody wants, as everywhere.
    let _ = set_child_subreaper(Some(getpid()));
}

/// Ends this worker, and all that it has started.
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
    /// Whether so many processes have died here, and were asked for by nobody, that this one should make room for a new one.
    pub(super) fn are_many(&mut self) -> bool {
        self.calls += 1;
        self.calls % CALLS == 0 && dead() > MOST
    }
}

fn dead() -> usize {
    let own = std::process::id();
    // What is adopted is the main thread's.
    let list = fs::read_to_string(format!("/proc/self/task/{own}/children")).unwrap_or_default();
    let is_dead = |pid: &&str| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit(')')
            .next()
            .is_some_and(|rest| rest.starts_with(" Z"))
    };
    list.split_whitespace().filter(is_dead).count()
}
