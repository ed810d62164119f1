//! The last answer of each node that has calls.

use std::time::{Duration, Instant};

/// How long a node may be reconnecting to another server, if there are several.
pub(super) const MOVE: Duration = Duration::from_secs(3);
/// How long a node may be silent while this process sends arguments, behind which its questions may wait, or fetches results, behind
/// which answers may.
pub(super) const LATE: Duration = Duration::from_secs(30);

/// How long a node has a call before it is asked about it, and the time between two questions. With more, the loss of a node is noticed
/// later; with less, more messages are sent for calls that take long.
pub(super) const PING: Duration = Duration::from_millis(500);
/// The longest time between two questions: half of the four seconds after which a node ends bodies that no question names.
const RARELY: Duration = Duration::from_secs(2);
/// How soon a node that did not receive a question is asked again: it may be reconnecting. Short, because calls wait for the answer.
const STRIKE: Duration = Duration::from_millis(200);

/// A node that has calls.
#[derive(Debug)]
pub(crate) struct NodeHealth {
    pub(super) pinged: Instant,
    /// When it stopped answering, and the number of questions since then.
    pub(super) silent: Option<Instant>,
    pub(super) unanswered: u32,
    pub(super) strikes: u32,
    /// When a question first did not reach it.
    pub(super) struck: Option<Instant>,
    /// Included in all questions to it, so that only a process that received one can answer.
    pub(super) number: u64,
}

impl NodeHealth {
    /// The time from a question to the next one, if answers usually take that long: questions without an answer may still be in flight, and
    /// must not fill the connection.
    pub(super) fn pause(&self, answers_take: Duration) -> Duration {
        if self.strikes > 0 {
            return STRIKE;
        }
        let pause = (answers_take * 4).max(PING);
        let doubled = pause.saturating_mul(1 << self.unanswered.saturating_sub(1).min(8));
        doubled.min(RARELY)
    }

    /// The node has said something.
    pub(super) const fn heard(&mut self) {
        self.silent = None;
        self.unanswered = 0;
        self.strikes = 0;
        self.struck = None;
    }
}
