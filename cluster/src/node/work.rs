//! A call as a node has it: claimed, at work, and what its body tells.

use std::{sync::Arc, time::Instant};

use tokio::sync::oneshot;

use crate::message::Outcome;

/// Which call of which caller.
pub(super) type Key = (Arc<str>, u64);

/// A body that runs, or will as soon as its arguments are there.
#[derive(Debug)]
pub(super) struct AtWork {
    pub(super) attempt: u32,
    pub(super) secret: u64,
    /// The cluster, by its place among those of the node.
    pub(super) at: usize,
    pub(super) since: Instant,
    /// Dropped to end it.
    pub(super) stop: Option<oneshot::Sender<()>>,
    /// The caller is gone, or does not want it: nobody is told of its end.
    pub(super) unwanted: bool,
}

/// What bodies tell.
pub(super) enum Told {
    /// How a body ended.
    Ended(usize, Key, u32, Outcome),
    /// A place is free.
    Free,
    /// Whether what a queue is heard through was made.
    Declared(usize, bool),
}

/// A call that the node has a ticket for, and a free place.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) at: usize,
    /// Where the server is told that the ticket is done with.
    pub(super) ticket: Option<String>,
    /// What the ticket shows.
    pub(super) secret: u64,
    pub(super) first: Instant,
    pub(super) asked: Option<Instant>,
    /// How often it may have been heard.
    pub(super) times: u32,
}

impl Claim {
    /// It is sent once more with the next ones.
    pub(super) fn ask_again(&mut self) {
        self.asked = None;
    }
}
