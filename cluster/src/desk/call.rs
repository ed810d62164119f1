//! A call as the desk has it, what becomes of it, and what is to be done for it.

use std::{sync::Arc, time::Instant};

use tokio_offload_remote::Failure;

use crate::cluster::Cluster;

/// A call as its caller makes it.
#[derive(Debug)]
pub(crate) struct NewCall {
    pub(crate) id: u64,
    pub(crate) cluster: &'static Cluster,
    pub(crate) name: &'static str,
    pub(crate) key: u64,
    pub(crate) shape: u64,
    pub(crate) arguments: Vec<u8>,
    pub(crate) headers: Vec<(String, String)>,
}

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Action {
    /// To be sent, unless the connection is lost meanwhile.
    Publish(Publish),
    /// A large result is to be fetched from its node.
    Fetch {
        id: u64,
        attempt: u32,
        node: String,
        total: usize,
    },
    /// A node has the call, or has it no more.
    Running(u64, bool),
    /// The call is over.
    Finish(u64, Result<Vec<u8>, Failure>),
}

/// A message.
#[derive(Debug)]
pub(crate) struct Publish {
    pub(crate) subject: String,
    pub(crate) reply: Option<String>,
    pub(crate) traceparent: Option<String>,
    pub(crate) payload: Vec<u8>,
}

/// A call that has not ended.
#[derive(Debug)]
pub(crate) struct Call {
    pub(super) new: NewCall,
    pub(super) submitted: Instant,
    pub(super) state: State,
    /// How often a node was given it.
    pub(super) attempts: u32,
}

impl Call {
    /// When time does something to it, unless something else happens before.
    pub(super) fn due(&self) -> Option<Instant> {
        let again = match &self.state {
            State::Running(running) => return running.deadline,
            State::Queued(queued) => queued.again,
            State::Held | State::Routing => None,
        };
        // A limit without an end is beyond what a clock can say.
        let limit = self.new.cluster.queue_timeout;
        let limit = limit.and_then(|limit| self.submitted.checked_add(limit));
        [again, limit].into_iter().flatten().min()
    }

    /// Its large result is on its way: the body has ended in time.
    pub(super) fn is_fetched(&mut self) {
        if let State::Running(running) = &mut self.state {
            running.fetching = true;
            running.deadline = None;
        }
    }
}

#[derive(Debug)]
pub(super) enum State {
    /// As many as may are on their way.
    Held,
    /// Nobody knows yet where it can go.
    Routing,
    Queued(Queued),
    Running(Running),
}

/// A ticket is written, or will be.
#[derive(Debug)]
pub(super) struct Queued {
    pub(super) release: Arc<str>,
    /// Which of the queues.
    pub(super) shard: u32,
    /// When the ticket is written if there is no word of it before. None: when there is a connection again.
    pub(super) again: Option<Instant>,
    /// The server had room for it, once.
    pub(super) accepted: bool,
}

/// A node has it.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) node: Arc<str>,
    pub(super) host: Arc<str>,
    /// Where it was told.
    pub(super) told: Arc<str>,
    pub(super) since: Instant,
    pub(super) deadline: Option<Instant>,
    pub(super) fetching: bool,
}
