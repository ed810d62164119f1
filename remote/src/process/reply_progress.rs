//! `ReplyProgress`: how much of a reply has arrived, and whether it gets more time. `timeout` asks it.

use std::mem;

use crate::timer::Alarm;

/// How the reply to a call arrives.
#[derive(Debug, Default)]
pub(super) struct ReplyProgress {
    /// Whether the request is sent: earlier bytes are no reply.
    awaited: bool,
    /// How many bytes of an incomplete reply the caller has read.
    read: usize,
    /// The value of `read` at the last timeout.
    seen: usize,
    /// Whether it got more time although its caller reads.
    extended: bool,
    /// When the extended time is over.
    alarm: Option<Alarm>,
}

impl ReplyProgress {
    /// The worker has all of the request.
    pub(super) fn note_sent(&mut self) {
        self.awaited = true;
    }

    /// The caller has read so much of it.
    pub(super) fn note_read(&mut self, bytes: usize) {
        self.read = bytes;
    }

    /// Returns the alarm before, if any.
    pub(super) fn set_alarm(&mut self, new: Option<Alarm>) -> Option<Alarm> {
        mem::replace(&mut self.alarm, new)
    }

    pub(super) fn take_alarm(&mut self) -> Option<Alarm> {
        self.alarm.take()
    }

    /// Whether some of it was read since the last timeout.
    pub(super) const fn was_read(&self) -> bool {
        self.read != self.seen
    }

    /// Whether an incomplete reply gets more time. As long as the caller reads nothing, it waits for the caller and not for the worker. If
    /// the caller reads, it gets more time once: otherwise a worker could send single bytes for ever.
    pub(super) fn gets_more(&mut self) -> bool {
        let is_read = self.was_read();
        self.seen = self.read;
        self.awaited && !(is_read && mem::replace(&mut self.extended, true))
    }
}
