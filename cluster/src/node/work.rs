//! The calls of a node: claimed or running, and the events of their bodies.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use super::place::BodyEnd;
use crate::{message::Start, stream::GivenTickets};

/// How long a body runs without being named by its caller, which names it every two seconds or more often. With less, a slow caller loses
/// its bodies; with more, bodies of dead callers run for longer.
const SILENCE: Duration = Duration::from_secs(4);
/// The same while the caller sends arguments, behind which its questions may wait. On a slow connection that may take tens of seconds.
const LATE: Duration = Duration::from_secs(60);
/// After how many questions that do not name a body its caller has given it up. The first ones may be from before the body began.
const MISSED: u32 = 3;

/// A call, as its caller numbers it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct CallId {
    /// The inbox of the caller.
    pub(super) caller: Arc<str>,
    pub(super) call: u64,
}

impl CallId {
    pub(super) const fn new(caller: Arc<str>, call: u64) -> Self {
        Self { caller, call }
    }
}

/// A body: its call, and the number of the attempt. A node has at most one for each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct BodyId {
    pub(super) caller: Arc<str>,
    pub(super) start: Start,
}

impl BodyId {
    pub(super) fn new(id: &CallId, attempt: u32) -> Self {
        Self {
            caller: Arc::clone(&id.caller),
            start: Start::new(id.call, attempt),
        }
    }

    /// Its call.
    pub(super) fn call(&self) -> CallId {
        CallId::new(Arc::clone(&self.caller), self.start.call)
    }
}

/// A body that runs, or will run when its arguments have come.
#[derive(Debug)]
pub(super) struct AtWork {
    pub(super) attempt: u32,
    pub(super) secret: u64,
    /// The index of the cluster among those of the node.
    pub(super) at: usize,
    /// When its caller last named it, or granted it.
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

    /// Whether its caller has died, or has given it up without a message that arrived. `silence` is how long it was not named, `sends`
    /// whether the caller sends arguments.
    pub(super) fn is_abandoned(&self, silence: Duration, sends: bool) -> bool {
        let may_be_late = sends && self.missed < MISSED;
        silence >= if may_be_late { LATE } else { SILENCE }
    }
}

/// What is wrong with the place for bodies.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// When a call last could not be run.
    pub(super) unable: Option<Instant>,
    /// Whether the place was shut down.
    pub(super) closed: bool,
}

/// An event of a body.
pub(super) enum NodeEvent {
    /// How a body ended.
    Ended {
        /// The index of the cluster among those of the node.
        at: usize,
        body: BodyId,
        end: BodyEnd,
    },
    /// The arguments do not come, for this reason.
    NoArguments {
        at: usize,
        body: BodyId,
        why: &'static str,
    },
    /// A slot is free.
    Free,
    /// A caller has sent a part of arguments.
    Sends(Arc<str>),
    /// Whether the stream and the consumer of a queue were made.
    Declared(usize, bool),
    /// Which tickets are left to a search for those that cannot be read, in this queue.
    LookedAt(usize, GivenTickets),
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

    /// Its questions may wait behind its arguments. Questions that have come and do not name the body count.
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
