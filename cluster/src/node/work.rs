//! The calls of a node: claimed or running, and the events of their bodies.

use std::{sync::Arc, time::Instant};

use tokio::sync::oneshot;

use crate::message::Outcome;

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
    /// Dropped to end it.
    pub(super) stop: Option<oneshot::Sender<()>>,
    /// Whether the caller is gone or has cancelled it. Then no answer is sent.
    pub(super) unwanted: bool,
}

/// An event of a body.
pub(super) enum Told {
    /// How a body ended.
    Ended(usize, Key, u32, Outcome),
    /// The caller does not have the arguments any more.
    NoArguments(usize, Key, u32),
    /// A slot is free.
    Free,
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
