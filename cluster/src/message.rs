//! Writes and reads the messages between callers and nodes. Each is a version, then one of the kinds below.
//!
//! Kinds and their fields never change. New kinds are added at the end. A message that cannot be read is `Unknown`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_offload_remote::{WorkerFault, decode_end, decode_message, encode_message};

/// The first byte of every message.
const VERSION: u8 = 1;

/// One start of a body, as its caller numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Start {
    /// The number of the call in the process of its caller.
    pub(crate) call: u64,
    /// The number of the attempt, from 1.
    pub(crate) attempt: u32,
}

impl Start {
    pub(crate) const fn new(call: u64, attempt: u32) -> Self {
        Self { call, attempt }
    }
}

/// The message in the queue: it names the caller and the call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ticket {
    pub(crate) inbox: String,
    pub(crate) call: u64,
    /// The claim must show it, so only nodes that may read the queue can claim the call.
    pub(crate) secret: u64,
}

/// The messages that a node receives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ToNode {
    /// Asks whether the node has a function.
    Who {
        key: u64,
        fingerprint: u64,
        name: String,
    },
    /// Answers the claims of the node.
    Grants(Vec<Grant>),
    /// A part of the arguments. It is empty if they are gone.
    Bytes(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Confirms these answers.
    Received { inbox: String, starts: Vec<Start> },
    /// Ends this body, because no caller waits for it.
    Cancel { inbox: String, start: Start },
    /// Asks whether the node still knows these calls.
    Ping { inbox: String, starts: Vec<Start> },
    /// Requests a part of a result.
    Part {
        inbox: String,
        start: Start,
        at: u64,
        /// How many bytes it may have.
        most: u64,
    },
    /// Asks for the state of the node.
    Info,
}

/// The answer to a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Grant {
    /// Another node has the call, or its caller no longer wants it.
    Refused(u64),
    /// The node may run the call. A call is given once for each attempt.
    Given(Box<Given>),
}

/// A call that a node may run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Given {
    pub(crate) start: Start,
    /// The node must show it when it requests the rest of the arguments or sends the result.
    pub(crate) secret: u64,
    pub(crate) key: u64,
    pub(crate) fingerprint: u64,
    pub(crate) limit: Option<Duration>,
    pub(crate) headers: Vec<(String, String)>,
    /// The size of all arguments, in bytes.
    pub(crate) total: u64,
    /// The first part of them.
    #[serde(with = "serde_bytes")]
    pub(crate) first: Vec<u8>,
}

/// The messages that a caller receives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ToCaller {
    /// The node has free slots and tickets for these calls.
    Claim {
        node: String,
        host: String,
        calls: Vec<ClaimedCall>,
    },
    /// The node requests further arguments.
    Part {
        start: Start,
        secret: u64,
        at: u64,
        /// How many bytes the part may have.
        most: u64,
    },
    /// A body has ended. The subject contains the secret of the grant.
    Answer { start: Start, outcome: Outcome },
    /// A part of a result. It is empty if the result is gone.
    Bytes(#[serde(with = "serde_bytes")] Vec<u8>),
    /// The calls of the question that the node does not know.
    Pong { unknown: Vec<Start> },
    /// Says whether nodes of this release have the function.
    Has {
        release: String,
        has: Has,
        /// The number of queues that they read.
        shards: u32,
        similar: Vec<String>,
    },
    /// The state of the node.
    Node(NodeFacts),
}

/// A call that a node claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct ClaimedCall {
    pub(crate) call: u64,
    /// The secret of its ticket.
    pub(crate) secret: u64,
}

/// A request for a part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PartRequest {
    /// The offset of its first byte.
    pub(crate) at: u64,
    /// How many bytes it may have.
    pub(crate) most: u64,
}

/// Whether a node has a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Has {
    Yes,
    /// A function of that name with other arguments or another result.
    Another,
    No,
    /// The function, but no right to send anything to the inbox of this caller.
    Mute,
}

/// How a body ended, or why it did not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Done(#[serde(with = "serde_bytes")] Vec<u8>),
    /// A result of this many bytes, which the caller must fetch.
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
    /// The node could not run the body, for this reason. The body has not started.
    Unable(String),
    /// The node ends, and ends the body.
    Leaving,
}

/// A worker process that died on a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Dead {
    pub(crate) pid: u32,
    pub(crate) signal: Option<i32>,
    pub(crate) code: Option<i32>,
    /// What its pool killed it for, as far as this version knows it.
    #[serde(with = "cause")]
    pub(crate) cause: Option<WorkerFault>,
}

/// A cause as bytes of its own. One that this version does not know is none, and the rest of the message says how the worker died.
mod cause {
    use serde::{Deserializer, Serializer};
    use tokio_offload_remote::{WorkerFault, decode_message, encode_message};

    #[expect(clippy::ref_option, reason = "the form that serde asks for")]
    pub(super) fn serialize<S: Serializer>(
        cause: &Option<WorkerFault>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::new();
        if let Some(cause) = cause {
            // Encoding numbers never fails.
            let written = encode_message(cause, &mut bytes);
            debug_assert!(written.is_ok(), "{written:?}");
        }
        serde_bytes::serialize(&bytes, to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<WorkerFault>, D::Error> {
        let bytes: Vec<u8> = serde_bytes::deserialize(from)?;
        Ok(decode_message(&mut &bytes[..]).ok())
    }
}

/// The state of a node, as it reports it.
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

/// Bytes that this version cannot read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unknown;

/// Encodes a message.
pub(crate) fn write<T: Serialize>(message: &T) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    // Encoding numbers, text and bytes never fails.
    let written = encode_message(message, &mut bytes);
    debug_assert!(written.is_ok(), "{written:?}");
    bytes
}

/// Decodes a message.
pub(crate) fn read<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Unknown> {
    let (VERSION, mut rest) = bytes
        .split_first()
        .map(|(version, rest)| (*version, rest))
        .ok_or(Unknown)?
    else {
        return Err(Unknown);
    };
    let message = decode_message(&mut rest).map_err(|_| Unknown)?;
    decode_end(rest).map_err(|_| Unknown)?;
    Ok(message)
}

#[cfg(test)]
mod tests;
