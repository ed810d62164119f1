//! `ReplyProgress`: how much of a reply has arrived, and whether it gets more time. `timeout` asks it.

use std::mem;

use crate::timer::Alarm;

/// How the reply to a call arrives.
#[derive(Debug, Default)]
pub(super) struct ReplyProgress {
    /// Whether the request is sent: what came before is no reply.
    awaited: bool,
    /// How many bytes of it the caller has read, if that is not all.
    read: usize,
    /// How many those were when the time was over, or when it was over once more.
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

    /// Whether some of it was read since the time was over last.
    pub(super) const fn was_read(&self) -> bool {
        self.read != self.seen
    }

    /// Whether a reply that has begun gets more time. As long as nobody reads it, it waits for its caller and not for its worker. If the
    /// caller has read and there still is no end, that happens once: a worker that sends single bytes would go on for ever.
    pub(super) fn gets_more(&mut self) -> bool {
        let is_read = self.was_read();
        self.seen = self.read;
        self.awaited && !(is_read && mem::replace(&mut self.extended, true))
    }
}
