//! Values that are larger than a message. The receiver fetches them in parts, a few at a time.

use std::{sync::Arc, time::Duration};

use async_nats::Client;
use futures_util::{StreamExt, stream};
use tokio::sync::Semaphore;

/// The most bytes of a value in one message. A choice, as the other numbers here.
const PART: usize = 512 << 10;
/// How many parts are requested at once, of all values together: they share the way, and parts of which more are on it come too late.
const WINDOW: usize = 4;
/// How often a missing part is requested again.
const TRIES: u32 = 12;
/// How long to wait for a part: at first, and at most. Each time it is twice as long, because the way may be slow, and a part that was
/// requested again is sent again. A request that no process receives takes only the pause below.
const WAIT: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(500);

/// The turns to request a part, for all values of a connection.
pub(crate) fn turns() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(WINDOW))
}

/// The most bytes of a value in one message on these servers. The rest of a message needs room too.
pub(crate) fn part_of(client: &Client) -> usize {
    match client.max_payload() {
        0 => PART,
        most => PART.min(most / 2).max(1),
    }
}

/// The owner of a value, and how to request its parts.
pub(crate) struct Source<'a> {
    pub(crate) client: &'a Client,
    pub(crate) turns: &'a Semaphore,
    pub(crate) subject: &'a str,
    /// The request for the part that begins at that offset.
    pub(crate) ask: &'a (dyn Fn(u64) -> Vec<u8> + Sync),
    /// Takes the bytes from an answer. `None` if the value is gone.
    pub(crate) open: &'a (dyn Fn(&[u8]) -> Option<Vec<u8>> + Sync),
}

impl Source<'_> {
    /// Completes a value of `total` bytes that begins with `value`. `None` if the value is gone.
    pub(crate) async fn rest(&self, mut value: Vec<u8>, total: usize) -> Option<Vec<u8>> {
        let part = part_of(self.client);
        let ranges = (value.len()..total).step_by(part);
        let ranges = ranges.map(|at| self.range(at, part.min(total - at)));
        let mut parts = stream::iter(ranges).buffered(WINDOW);
        while let Some(part) = parts.next().await {
            value.extend_from_slice(&part?);
        }
        Some(value)
    }

    /// That many bytes from that offset, in any number of messages.
    async fn range(&self, at: usize, length: usize) -> Option<Vec<u8>> {
        let mut bytes: Vec<u8> = Vec::new();
        while bytes.len() < length {
            let part = self.once((at + bytes.len()) as u64).await?;
            let room = length - bytes.len();
            if part.is_empty() {
                return None;
            }
            bytes.extend_from_slice(&part[..part.len().min(room)]);
        }
        Some(bytes)
    }

    async fn once(&self, at: u64) -> Option<Vec<u8>> {
        let mut wait = WAIT;
        for _ in 0..TRIES {
            let turn = self.turns.acquire().await.ok()?;
            let question = (self.ask)(at).into();
            let answer = self.client.request(self.subject.to_owned(), question);
            let answer = tokio::time::timeout(wait, answer).await;
            drop(turn);
            match answer {
                Ok(Ok(message)) => return (self.open)(&message.payload),
                Ok(Err(_)) => tokio::time::sleep(PAUSE).await,
                Err(_) => wait = (wait * 2).min(LONGEST),
            }
        }
        None
    }
}
