//! Threads that may be inside `block_on` of a runtime with several workers: no counter tells of them.

use std::time::Duration;

use super::thread::{State, Tid};

/// Looks at them once within the limit.
pub(crate) struct Root {
    threads: Vec<Thread>,
    last: Duration,
}

struct Thread {
    tid: Tid,
    /// What it did, and since when it has done nothing else.
    seen: Option<(State, Duration)>,
    /// Its stack was read, and will not change.
    is_settled: bool,
}

/// A thread that has not moved for the limit.
pub(crate) struct Due {
    pub(crate) tid: Tid,
    pub(crate) before: State,
    pub(crate) since: Duration,
}

impl Root {
    /// The thread that asked, and the main thread.
    pub(crate) fn new(starter: Option<Tid>) -> Self {
        let main = i32::try_from(std::process::id()).ok();
        let mut tids: Vec<_> = starter
            .map(|starter| [Some(starter), main])
            .into_iter()
            .flatten()
            .flatten()
            .collect();
        tids.dedup();
        let thread = |tid| Thread {
            tid,
            seen: None,
            is_settled: false,
        };
        Self {
            threads: tids.into_iter().map(thread).collect(),
            last: Duration::ZERO,
        }
    }

    /// Those whose stack should be read now. Each is said once for each time it stands still.
    pub(crate) fn due(&mut self, now: Duration, limit: Duration) -> Vec<Due> {
        if now.saturating_sub(self.last) < limit {
            return Vec::new();
        }
        self.last = now;
        self.threads
            .iter_mut()
            .filter_map(|thread| thread.due(now, State::of(thread.tid)?, limit))
            .collect()
    }
}

impl Thread {
    fn due(&mut self, now: Duration, state: State, limit: Duration) -> Option<Due> {
        let Some((before, since)) = self
            .seen
            .take()
            .filter(|(before, _)| has_stayed(before, &state))
        else {
            (self.seen, self.is_settled) = (Some((state, now)), false);
            return None;
        };
        let is_due = !self.is_settled && now.saturating_sub(since) >= limit;
        self.is_settled |= is_due;
        let due = is_due.then(|| Due {
            tid: self.tid,
            before: state.clone(),
            since,
        });
        // The times on the processor grow; those of the first look are of no use later.
        self.seen = Some((
            State {
                place: before.place,
                ..state
            },
            since,
        ));
        due
    }
}

/// In the same place, or computing all the time.
fn has_stayed(before: &State, state: &State) -> bool {
    !state.is_stopped && (state.has_run_since(before) || state.is_still(before))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{State, Thread};
    use crate::look::thread::Place;

    const LIMIT: Duration = Duration::from_millis(100);

    fn asleep(switches: u64) -> State {
        State {
            at: Instant::now(),
            place: Place::Sleeping {
                syscall: 202,
                sp: 1,
                pc: 2,
            },
            switches,
            cpu: Duration::ZERO,
            waited: Duration::ZERO,
            is_stopped: false,
        }
    }

    #[test]
    fn a_thread_is_looked_at_once_for_each_time_it_stands_still() {
        let mut thread = Thread {
            tid: 1,
            seen: None,
            is_settled: false,
        };
        let mut due =
            |time: u32, switches| thread.due(LIMIT * time, asleep(switches), LIMIT).is_some();
        assert!(!due(1, 7));
        assert!(due(2, 7));
        assert!(!due(3, 7), "it was looked at");
        assert!(!due(4, 8), "it has moved");
        assert!(due(5, 8));
    }

    #[test]
    fn a_stopped_thread_is_not_looked_at() {
        let mut thread = Thread {
            tid: 1,
            seen: None,
            is_settled: false,
        };
        for time in 0..5 {
            let stopped = State {
                is_stopped: true,
                ..asleep(7)
            };
            assert!(thread.due(LIMIT * time, stopped, LIMIT).is_none());
        }
    }
}
