//! The calls of a node: claimed or running, and the events of their bodies.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use super::place::BodyEnd;

/// How long a body runs without being named by its caller. A choice, as the other numbers here.
const SILENCE: Duration = Duration::from_secs(4);
/// The same while the caller sends arguments, behind which its questions may wait.
const LATE: Duration = Duration::from_secs(60);
/// How many questions of the caller do not name a body that has been given up. The first ones may be from before the body began.
const MISSED: u32 = 3;

/// A call of a caller.
pub(super) type Key = (Arc<str>, u64);

/// A body that runs, or will run when its arguments have come.
#[derive(Debug)]
pub(super) struct AtWork {
    pub(super) attempt: u32,
    pub(super) secret: u64,
    /// The index of the cluster among those of the node.
    pub(super) at: usize,
    /// When its caller last named it. Until the caller has had time to do so, when the caller gave it.
    pub(super) named: Instant,
    /// How many questions of the caller have not named it since.
    pub(super) missed: u32,
    /// Dropped to end it.
    pub(super) stop: Option<oneshot::Sender<()>>,
    /// Whether the caller is gone or has cancelled it. Then no answer is sent.
    pub(super) unwanted: bool,
}

impl AtWork {
    pub(super) fn new(at: usize, (attempt, secret): (u32, u64), stop: oneshot::Sender<()>) -> Self {
        Self {
            attempt,
            secret,
            at,
            named: Instant::now(),
            missed: 0,
            stop: Some(stop),
            unwanted: false,
        }
    }

    /// Whether its caller has died, or has given it up and could not say so. `silence` is how long it was not named.
    pub(super) fn is_abandoned(&self, silence: Duration, sends: bool) -> bool {
        let may_be_late = sends && self.missed < MISSED;
        silence >= if may_be_late { LATE } else { SILENCE }
    }
}

/// What is wrong with the place for bodies.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// When a call could not be run, the last time.
    pub(super) unable: Option<Instant>,
    /// Whether it was shut down.
    pub(super) closed: bool,
}

/// An event of a body.
pub(super) enum NodeEvent {
    /// How a body ended.
    Ended(usize, Key, u32, BodyEnd),
    /// The caller does not have the arguments any more.
    NoArguments(usize, Key, u32),
    /// A slot is free.
    Free,
    /// A caller has sent a part of arguments.
    Sends(Arc<str>),
    /// Whether the stream and the consumer of a queue were made.
    Declared(usize, bool),
}

/// A call for which the node has a ticket and a free slot.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) at: usize,
    /// The subject on which the server learns that the ticket is used.
    pub(super) ticket: Option<String>,
    /// The secret of the ticket.
    pub(super) secret: u64,
    pub(super) first: Instant,
    pub(super) asked: Option<Instant>,
    /// How often the caller may have received it.
    pub(super) times: u32,
}

impl Claim {
    /// Whether it is sent again with the next claims.
    pub(super) fn ask_again(&mut self) {
        self.asked = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its questions may wait behind its arguments, but not those that have come and name other bodies.
    #[test]
    fn a_caller_that_sends_arguments_may_ask_late() {
        let body = |missed| AtWork {
            attempt: 1,
            secret: 0,
            at: 0,
            named: Instant::now(),
            missed,
            stop: None,
            unwanted: false,
        };
        for (missed, sends, limit) in [
            (0, false, SILENCE),
            (0, true, LATE),
            (MISSED - 1, true, LATE),
            (MISSED, true, SILENCE),
        ] {
            let is_abandoned = |silence| body(missed).is_abandoned(silence, sends);
            assert!(is_abandoned(limit), "{missed}");
            let before = limit.saturating_sub(Duration::from_millis(1));
            assert!(!is_abandoned(before), "{missed}");
        }
    }
}
