//! What callers and nodes say to each other: a version, then one of the kinds below.
//!
//! Kinds, and fields of kinds, are never changed; kinds are added at the end. What is not understood is `Unknown`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_offload_remote::{decode, decode_end, encode};

/// In front of every message.
const VERSION: u8 = 1;

/// The number of a call, in the process of its caller, and which start of its body is meant.
pub(crate) type Start = (u64, u32);

/// What waits in the queue: that this caller has this call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ticket {
    pub(crate) inbox: String,
    pub(crate) call: u64,
    /// Who claims the call shows it: only nodes that may read the queue can.
    pub(crate) secret: u64,
}

/// What a node hears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ToNode {
    /// Whether it has a function.
    Who { key: u64, shape: u64, name: String },
    /// The answer to its claims.
    Grants(Vec<Grant>),
    /// A part of arguments; empty if they are gone.
    Bytes(#[serde(with = "serde_bytes")] Vec<u8>),
    /// These answers have come.
    Received { inbox: String, starts: Vec<Start> },
    /// This body is to end: nobody waits for it.
    Cancel { inbox: String, start: Start },
    /// Whether it still knows these.
    Ping { inbox: String, starts: Vec<Start> },
    /// A part of a result.
    Part {
        inbox: String,
        start: Start,
        at: u64,
    },
    /// How it is.
    Info,
}

/// What becomes of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Grant {
    /// Somebody else has it, or nobody wants it any more.
    Refused(u64),
    /// It is the node's, and this is the one time that it is.
    Given(Box<Given>),
}

/// A call that a node may run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Given {
    pub(crate) start: Start,
    /// Who asks for the rest of the arguments, or brings the result, shows it.
    pub(crate) secret: u64,
    pub(crate) key: u64,
    pub(crate) shape: u64,
    pub(crate) limit: Option<Duration>,
    pub(crate) headers: Vec<(String, String)>,
    /// How many bytes the arguments have.
    pub(crate) total: u64,
    /// The first of them.
    #[serde(with = "serde_bytes")]
    pub(crate) first: Vec<u8>,
}

/// What a caller hears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ToCaller {
    /// The node has a free place and tickets for these calls: their numbers, and what the tickets show.
    Claim {
        node: String,
        host: String,
        calls: Vec<(u64, u64)>,
    },
    /// The node wants further arguments.
    Part { start: Start, secret: u64, at: u64 },
    /// A body has ended. The subject shows the secret of the grant.
    Answer { start: Start, outcome: Outcome },
    /// A part of a result; empty if it is gone.
    Bytes(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Of what it was asked for, the node does not know these.
    Pong { unknown: Vec<Start> },
    /// Whether nodes of this release have the function.
    Has {
        release: String,
        has: Has,
        /// How many queues they take calls from.
        shards: u32,
        similar: Vec<String>,
    },
    /// How the node is.
    Node(NodeFacts),
}

/// Whether a function is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Has {
    Yes,
    /// One of that name, with other arguments or another result.
    Another,
    No,
}

/// How a body ended, or why it did not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Done(#[serde(with = "serde_bytes")] Vec<u8>),
    /// A result of so many bytes, which wait to be fetched.
    Large(u64),
    Panicked {
        message: String,
        location: Option<String>,
    },
    Died(Dead),
    TimedOut(Duration),
    TooLarge {
        bytes: u64,
        limit: u64,
    },
    Codec {
        point: u8,
        message: String,
    },
    Cancelled,
    /// The node could not run it, for this reason. The body has not started.
    Unable(String),
    /// The node ends, and the body with it.
    Leaving,
}

/// A worker process of a node that died.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Dead {
    pub(crate) pid: u32,
    pub(crate) signal: Option<i32>,
    pub(crate) code: Option<i32>,
    pub(crate) stopped: Option<(i32, Duration)>,
    pub(crate) memory: Option<u64>,
}

/// A node as it sees itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NodeFacts {
    pub(crate) id: String,
    pub(crate) host: String,
    pub(crate) release: String,
    pub(crate) slots: u64,
    pub(crate) busy: u64,
    pub(crate) done: u64,
    pub(crate) labels: Vec<(String, String)>,
}

/// Bytes that say nothing to this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unknown;

/// A message as bytes.
pub(crate) fn write<T: Serialize>(message: &T) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    // Numbers, text and bytes always encode.
    let written = encode(message, &mut bytes);
    debug_assert!(written.is_ok(), "{written:?}");
    bytes
}

/// The message that `bytes` are.
pub(crate) fn read<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Unknown> {
    let (VERSION, mut rest) = bytes
        .split_first()
        .map(|(version, rest)| (*version, rest))
        .ok_or(Unknown)?
    else {
        return Err(Unknown);
    };
    let message = decode(&mut rest).map_err(|_| Unknown)?;
    decode_end(rest).map_err(|_| Unknown)?;
    Ok(message)
}

#[cfg(test)]
mod tests;
