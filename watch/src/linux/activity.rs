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
const COUNTED: Duration = Duration::from_millis(20);

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
    if has_run && time < limit.max(COUNTED) {
        return computing(false, true);
    }
    let percent = waited.as_nanos() * 100 / (waited + ran).as_nanos();
    Activity {
        how: How::NotScheduled {
            percent: u8::try_from(percent).unwrap_or(100),
        },
        is_still,
        is_early: false,
    }
}

/// Chooses a thread that computes, preferably one that has done so for long; otherwise any.
pub(crate) fn most_telling<T>(seen: Vec<(Activity, T)>) -> Option<(Activity, T)> {
    seen.into_iter()
        .max_by_key(|(seen, _)| (seen.how == How::Computing, seen.is_still))
}

#[cfg(test)]
mod tests;
