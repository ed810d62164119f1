//! What is known about the tickets of a cluster in its queues.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// How long calls wait before the server is asked, and the time between two questions. With more, lost tickets are found later; with less,
/// servers of a full queue are asked more often.
pub(super) const CHECK: Duration = Duration::from_secs(5);

/// What the server says about the stream of a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StreamInfo {
    /// The number of the first ticket that it may have.
    pub(crate) first: u64,
    /// The number of the last one. It is less than `first` if there is none.
    pub(crate) last: u64,
    /// How long ago it was made, if the server says so. Without it the numbers decide.
    pub(crate) age: Option<Duration>,
    /// When it was made, in the server's words, which stay the same.
    pub(crate) created: Option<String>,
}

/// The stream of a queue, as this process knows it.
#[derive(Debug)]
struct Stream {
    /// When it was made, in the server's words.
    created: String,
    /// Not later than that, on the clock of this process.
    since: Option<Instant>,
    /// When this process last asked about it.
    asked: Instant,
}

/// What is known about the tickets of a cluster.
#[derive(Debug)]
pub(super) struct QueueStreams {
    pub(super) next: Instant,
    /// The questions that wait for an answer, by the number of the queue, each with the time when it was asked.
    pub(super) asked: HashMap<u32, (u64, Instant)>,
    /// The stream of each queue, as the last answer said.
    streams: HashMap<u32, Stream>,
    /// The server does not let this process ask.
    pub(super) denied: bool,
}

impl QueueStreams {
    /// Adds what the answer to a question from that time says of a queue. Returns since when the queue has its stream, if that is known.
    /// An age counts only when a stream is new here, and a new one was made after the last question about the one before: the clock of
    /// the server may be set to any time.
    pub(super) fn since(
        &mut self,
        shard: u32,
        asked: Instant,
        kept: &StreamInfo,
    ) -> Option<Instant> {
        let made = kept.age.and_then(|age| asked.checked_sub(age));
        let Some(created) = kept.created.clone() else {
            return made;
        };
        let since = match self.streams.get(&shard) {
            Some(stream) if stream.created == created => stream.since,
            Some(other) => made.max(Some(other.asked)),
            None => made,
        };
        let stream = Stream {
            created,
            since,
            asked,
        };
        self.streams.insert(shard, stream);
        since
    }

    pub(super) fn new(now: Instant) -> Self {
        Self {
            next: now + CHECK,
            asked: HashMap::new(),
            streams: HashMap::new(),
            denied: false,
        }
    }
}
