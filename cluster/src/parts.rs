//! Values that are larger than a message. The receiver fetches them in parts, a few at a time.

use std::{sync::Arc, time::Duration};

use async_nats::{Client, Message, Request, RequestError};
use futures_util::{
    StreamExt,
    stream::{FuturesOrdered, FuturesUnordered},
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, sleep, sleep_until},
};

/// The most bytes of a value in one message. A choice, as the other numbers here.
const PART: usize = 512 << 10;
/// How many parts are requested at once, of all values together: they share the way, and all else waits behind them.
const WINDOW: usize = 4;
/// How many of them one value may have, so that some are left to others.
const EACH: usize = 2;
/// How long a request keeps its turn. The process that was asked may be slow, or never answer, and others must not wait for it.
const HELD: Duration = Duration::from_secs(2);
/// How often a missing part is requested again.
const TRIES: u32 = 12;
/// How long to wait for a part before it is requested again: at first, and at most. Each time it is twice as long, because the way may
/// be slow, and a part that was requested again is sent again. A request that no process receives takes only the pause below.
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

/// How to request the next parts of a value.
#[derive(Clone, Copy)]
struct Pace {
    /// How many at once. One until the first has come, because it may never come.
    at_once: usize,
    /// How long to wait before one is requested again.
    wait: Duration,
}

impl Pace {
    const FIRST: Self = Self {
        at_once: 1,
        wait: WAIT,
    };

    /// The pace after a part that took so long.
    fn after(took: Duration) -> Self {
        Self {
            at_once: if took < HELD { EACH } else { 1 },
            wait: (took * 4).clamp(WAIT, LONGEST),
        }
    }
}

/// The bytes of a part, and how long they took.
type Part = (Vec<u8>, Duration);

impl Source<'_> {
    /// Completes a value of `total` bytes that begins with `value`. `None` if the value is gone.
    pub(crate) async fn rest(&self, mut value: Vec<u8>, total: usize) -> Option<Vec<u8>> {
        let part = part_of(self.client);
        let mut missing = (value.len()..total).step_by(part);
        let mut pace = Pace::FIRST;
        let mut parts = FuturesOrdered::new();
        loop {
            let room = pace.at_once.saturating_sub(parts.len());
            for at in missing.by_ref().take(room) {
                parts.push_back(self.range(at, part.min(total - at), pace.wait));
            }
            let Some(part) = parts.next().await else {
                return Some(value);
            };
            let (bytes, took) = part?;
            value.extend_from_slice(&bytes);
            pace = Pace::after(took);
        }
    }

    /// That many bytes from that offset, in any number of messages.
    async fn range(&self, at: usize, length: usize, wait: Duration) -> Option<Part> {
        let mut bytes: Vec<u8> = Vec::new();
        let mut longest = Duration::ZERO;
        while bytes.len() < length {
            let (part, took) = self.once((at + bytes.len()) as u64, wait).await?;
            let room = length - bytes.len();
            if part.is_empty() {
                return None;
            }
            bytes.extend_from_slice(&part[..part.len().min(room)]);
            longest = longest.max(took);
        }
        Some((bytes, longest))
    }

    async fn once(&self, at: u64, mut wait: Duration) -> Option<Part> {
        // The answer to an earlier request may come first.
        let mut asked = FuturesUnordered::new();
        let mut turn = Some(self.turns.acquire().await.ok()?);
        let begun = Instant::now();
        for _ in 0..TRIES {
            asked.push(self.request((self.ask)(at)));
            tokio::select! {
                Some(answer) = asked.next() => {
                    if let Ok(message) = answer {
                        return Some(((self.open)(&message.payload)?, begun.elapsed()));
                    }
                    turn = None;
                    sleep(PAUSE).await;
                }
                () = sleep(wait) => wait = (wait * 2).min(LONGEST),
                () = give_back(&mut turn, begun + HELD) => {}
            }
        }
        None
    }

    /// Waits without a limit, other than the client does.
    async fn request(&self, question: Vec<u8>) -> Result<Message, RequestError> {
        let request = Request::new().payload(question.into()).timeout(None);
        self.client
            .send_request(self.subject.to_owned(), request)
            .await
    }
}

/// Gives the turn back at that time. It is never ready.
async fn give_back(turn: &mut Option<SemaphorePermit<'_>>, at: Instant) {
    sleep_until(at).await;
    drop(turn.take());
    std::future::pending::<()>().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A part that is requested again too soon is sent again, and all parts after it wait longer still.
    #[test]
    fn a_slow_way_gets_few_requests() {
        assert_eq!(Pace::FIRST.at_once, 1);
        for (seconds, at_once, wait) in [
            (0, EACH, 5),
            (1, EACH, 5),
            (2, 1, 8),
            (6, 1, 24),
            (20, 1, 60),
        ] {
            let pace = Pace::after(Duration::from_secs(seconds));
            assert_eq!(
                (pace.at_once, pace.wait.as_secs()),
                (at_once, wait),
                "{seconds}"
            );
        }
    }
}
