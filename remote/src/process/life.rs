//! `Life`: what is known of a worker and its call, under one lock.

use std::task::Waker;

use rustix::process::Signal;

use crate::{
    error::WorkerFault,
    process::{
        exit::{ExitStatus, KillReason, Reaped, WorkerStatus},
        reply_progress::ReplyProgress,
    },
    timer::Alarm,
};

/// What changes while a worker lives.
#[derive(Debug, Default)]
pub(super) struct Life {
    /// Set before the process is reaped. After that its number may belong to another process, so no signal is sent to it.
    pub(super) exit: Option<ExitStatus>,
    /// The call it runs, or zero.
    pub(super) call: u64,
    /// Whether another worker should replace it: it has run a call, and was not retired for being idle.
    pub(super) replace: bool,
    /// Why the pool killed it with that call.
    pub(super) reason: Option<KillReason>,
    /// Whether the caller has dropped the call. Then the code that notices the end of the worker frees its slot.
    pub(super) abandoned: bool,
    /// Whether it was asked to exit, or killed.
    pub(super) termination: Termination,
    pub(super) waker: Option<Waker>,
    pub(super) kill_alarm: Option<Alarm>,
    /// The alarm while it is stopped: it has been stopped for too long then.
    pub(super) stop_alarm: Option<Alarm>,
    /// Why it is being killed, if not for its call.
    pub(super) fault: Option<WorkerFault>,
    /// How its reply arrives.
    pub(super) reply: ReplyProgress,
}

/// Whether a worker was asked to exit, or killed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Termination {
    #[default]
    No,
    Asked,
    /// With its family.
    Killed,
}

impl Life {
    /// Marks the exit. Also returns the alarms that are needed no more.
    pub(super) fn exited(
        &mut self,
        mut end: ExitStatus,
    ) -> ((ExitStatus, Reaped), [Option<Alarm>; 3]) {
        // Of a program that does not hear of its children nobody knows more than why it was to be killed.
        let killed = end.signal == Some(Signal::KILL.as_raw()) || end == ExitStatus::UNKNOWN;
        end.fault = self.fault.filter(|_| killed);
        self.exit = Some(end);
        let reaped = Reaped {
            abandoned: self.abandoned,
            replace: self.replace,
            waker: self.waker.take(),
        };
        let reply = self.reply.take_alarm();
        (
            (end, reaped),
            [self.kill_alarm.take(), self.stop_alarm.take(), reply],
        )
    }

    pub(super) fn status(&self) -> WorkerStatus {
        match (self.exit, self.reason) {
            (_, Some(KillReason::TimedOut(limit))) => WorkerStatus::TimedOut(limit),
            (Some(end), reason) => WorkerStatus::Dead(end, reason),
            (None, _) => WorkerStatus::Alive,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_was_killed_for_is_told_where_the_system_does_not_tell_how_it_ended() {
        let ended = |signal, code| ExitStatus {
            signal,
            code,
            fault: None,
        };
        for (end, is_told) in [
            (ended(Some(9), None), true),
            (ExitStatus::UNKNOWN, true),
            (ended(Some(6), None), false),
            (ended(None, Some(0)), false),
        ] {
            let mut life = Life {
                fault: Some(WorkerFault::Memory(7)),
                ..Life::default()
            };
            let ((end, _), _) = life.exited(end);
            assert_eq!(end.fault.is_some(), is_told, "{end:?}");
        }
    }
}
