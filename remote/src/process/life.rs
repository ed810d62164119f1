//! `Life`: what is known of a worker and its call, under one lock.

use std::task::Waker;

use rustix::process::Signal;

use crate::{
    error::Cause,
    process::{
        exit::{ExitStatus, KillReason, Reaped, WorkerStatus},
        timeout::ReplyArrival,
    },
    timer::Alarm,
};

#[derive(Debug, Default)]
pub(super) struct Life {
    /// Set before the process is reaped. After that its number may belong to another process, so no signal is sent to it.
    pub(super) end: Option<ExitStatus>,
    /// The call it runs, or zero.
    pub(super) call: u64,
    /// Whether another worker should replace it: it has run a call, and was not ended for being idle.
    pub(super) replace: bool,
    /// Why the pool ended that call.
    pub(super) reason: Option<KillReason>,
    /// Whether the caller has gone. Then the code that notices the end of the worker frees its slot.
    pub(super) abandoned: bool,
    /// Whether it was told to end.
    pub(super) dismissal: Dismissal,
    pub(super) waker: Option<Waker>,
    pub(super) alarm: Option<Alarm>,
    /// The alarm while it is stopped: it has been stopped for too long then.
    pub(super) stop: Option<Alarm>,
    /// Why it is being ended.
    pub(super) cause: Option<Cause>,
    /// How its reply arrives.
    pub(super) arrival: ReplyArrival,
}

/// Whether a worker was told to end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Dismissal {
    #[default]
    No,
    Told,
    /// It is being ended with its family.
    Killed,
}

impl Life {
    /// Marks the end. Also returns the alarms that are needed no more.
    pub(super) fn end(
        &mut self,
        mut end: ExitStatus,
    ) -> ((ExitStatus, Reaped), [Option<Alarm>; 3]) {
        let killed = end.signal == Some(Signal::KILL.as_raw());
        end.cause = self.cause.filter(|_| killed);
        self.end = Some(end);
        let reaped = Reaped {
            abandoned: self.abandoned,
            replace: self.replace,
            waker: self.waker.take(),
        };
        let arrival = self.arrival.take_alarm();
        (
            (end, reaped),
            [self.alarm.take(), self.stop.take(), arrival],
        )
    }

    pub(super) fn status(&self) -> WorkerStatus {
        match (self.end, self.reason) {
            (_, Some(KillReason::TimedOut(limit))) => WorkerStatus::TimedOut(limit),
            (Some(end), reason) => WorkerStatus::Dead(end, reason),
            (None, _) => WorkerStatus::Alive,
        }
    }
}
