//! `Remote`: a place outside of this process where calls run. It is the value of `remote =`.

use std::{any::Any, future::Future, time::Instant};

use crate::{error::Failure, functions::Function, reply::Reply, wire::codec::CodecError};

/// A place where calls run: a pool of worker processes, or the nodes of a cluster.
pub trait Remote: Send + Sync + 'static {
    /// The name of the place. No two places of one program have the same name.
    fn name(&self) -> &'static str;

    /// A call of `function` with encoded arguments, in a buffer from [`take_buffer`](Self::take_buffer).
    fn call(
        &'static self,
        function: &'static Function,
        arguments: Result<Vec<u8>, CodecError>,
        headers: Vec<(String, String)>,
    ) -> Box<dyn Ongoing>;

    /// A call is submitted whose arguments are still being written. What this returns is given to the call
    /// ([`took_place`](Ongoing::took_place)), or dropped. `None`: nothing here depends on which calls are submitted.
    fn expect_call(&'static self) -> Option<Expected> {
        None
    }

    /// A buffer to append encoded arguments to. Its contents must stay.
    fn take_buffer(&self) -> Vec<u8>;

    /// How many bytes the arguments of a call may have, and its result.
    fn max_message(&self) -> usize;

    /// Whether a call of `try_start` would be accepted: a body could run at once, or there is room in the queue.
    fn has_room(&self) -> bool;

    /// How many bodies can run at once, where that is known.
    fn limit(&self) -> Option<usize>;

    /// How many processes run bodies now, as far as that is known here.
    fn processes(&self) -> usize;

    /// The counters of its nodes, if it has any.
    fn node_counts(&self) -> Option<NodeCounts> {
        None
    }

    /// The place as its own type, for code that knows this type.
    fn as_any(&self) -> Option<&dyn Any> {
        None
    }
}

/// The place in a queue of a call that will come.
pub type Expected = Box<dyn Any + Send>;

/// What a place that has nodes counts of the calls of this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeCounts {
    /// Nodes that have a call now.
    pub nodes: u64,
    /// How often a call lost its node.
    pub lost: u64,
    /// How often a call was given to a further node.
    pub retried: u64,
    /// How often a call was written to the queue again.
    pub republished: u64,
    /// How often a node asked for a call that had already been given or had ended.
    pub refused_claims: u64,
}

/// One call. Nothing happens before the first poll; dropped, it is given up.
pub trait Ongoing: Future<Output = Result<Reply, Failure>> + Send + Unpin {
    /// Asks the call to end, which still has to be awaited.
    fn cancel(&mut self);

    /// Whether the body has started, as far as can be known here.
    fn is_running(&self) -> bool;

    /// When the body started, if that is known better than by whoever sees [`is_running`](Self::is_running) first. Also asked after
    /// the end.
    fn began(&self) -> Option<Instant> {
        None
    }

    /// Whether the body may have started, also in an earlier attempt. Also asked after the end.
    fn may_have_begun(&self) -> bool {
        true
    }

    /// What [`expect_call`](Remote::expect_call) has returned for this call, which has not been polled.
    fn took_place(&mut self, expected: Expected) {
        drop(expected);
    }

    /// Adds headers to a call that has not been polled. A header replaces an earlier one of the same name.
    fn add_headers(&mut self, headers: Vec<(String, String)>);
}
