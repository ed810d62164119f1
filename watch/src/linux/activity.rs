//! What a thread does, from two looks at it.

use std::time::Duration;

use super::{
    syscalls,
    thread::{Execution, State},
};
use crate::How;

/// What a thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Activity {
    pub(crate) how: How,
    /// Whether it has done nothing else since the look before.
    pub(crate) is_still: bool,
    /// Whether there was no look before, or only a very short time ago: then only the next look can tell.
    pub(crate) is_early: bool,
}

pub(crate) fn activity(state: &State, before: Option<&State>, limit: Duration) -> Activity {
    match state.execution {
        Execution::Running => running(state, before, limit),
        Execution::Sleeping { syscall, .. } => Activity {
            how: How::Waiting {
                syscall: syscalls::name(syscall),
            },
            is_still: before.is_some_and(|before| state.is_still(before)),
            is_early: before.is_none(),
        },
    }
}

/// The kernel updates the time of a running thread at its clock ticks, so a shorter time may not have been counted yet. A choice: two
/// ticks of a kernel with 100 Hz. With more, a thread without a processor is recognised later.
pub(super) const COUNTED: Duration = Duration::from_millis(20);

/// Whether a runnable thread runs or has no processor. The kernel counts time without a processor only when that time is over.
///
/// A thread that has run for the whole `limit` computes, however long it also waited. Only a time as long as the limit can show that it
/// has no processor: in a shorter one, a thread that gets half a processor may wait most of the time.
fn running(state: &State, before: Option<&State>, limit: Duration) -> Activity {
    let computing = |is_still, is_early| Activity {
        how: How::Computing,
        is_still,
        is_early,
    };
    let Some(before) = before else {
        return computing(false, true);
    };
    let time = state.at.saturating_duration_since(before.at);
    let ran = state.cpu.saturating_sub(before.cpu);
    let has_run = state.has_run_since(before);
    if has_run && ran >= limit {
        return computing(true, false);
    }
    let is_still = has_run && time >= COUNTED;
    let waited = if is_still {
        time.saturating_sub(ran)
    } else {
        state.waited.saturating_sub(before.waited)
    };
    if waited <= ran || waited < time / 2 {
        return computing(is_still, has_run && !is_still);
    }
    let is_early = has_run && time < limit.max(COUNTED);
    let percent = waited.as_nanos() * 100 / (waited + ran).as_nanos();
    Activity {
        how: How::NotScheduled {
            percent: u8::try_from(percent).unwrap_or(100),
        },
        is_still: is_still && !is_early,
        is_early,
    }
}

/// Chooses of the threads that run and cannot be examined, any of which may be the worker: one, and another one that computes if the first
/// does not. One without a processor comes first, since a worker that gets none must not be said to compute. Of those that compute, one
/// that has done so for long is preferred.
pub(crate) fn most_telling<T: Copy>(seen: &[(Activity, T)]) -> [Option<(Activity, T)>; 2] {
    let is_computing = |it: &&(Activity, T)| it.0.how == How::Computing;
    let starved = seen.iter().find(|it| !is_computing(it)).copied();
    let computing = seen.iter().filter(is_computing);
    let computing = computing.max_by_key(|(seen, _)| seen.is_still).copied();
    if starved.is_some() {
        [starved, computing]
    } else {
        [computing, None]
    }
}

#[cfg(test)]
mod tests;
