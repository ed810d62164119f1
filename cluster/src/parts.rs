//! Values that are larger than a message. The receiver fetches them in parts, a few at a time.

use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use async_nats::{Client, Message, Request, RequestError};
use futures_util::{
    StreamExt,
    stream::{FuturesOrdered, FuturesUnordered},
};
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

use crate::message::PartRequest;

mod client;
mod turns;

pub(crate) use client::SharedClient;
pub(crate) use turns::Turns;
use turns::{HELD, Silent, Turn};

/// The most bytes of a value in one message. Not measured, as the other numbers here: half of the default limit of NATS for a message.
const PART: usize = 512 << 10;
/// How many turns one value may have at once: with two, the next part is requested while one arrives, and turns are left for others.
const EACH: usize = 2;
/// How often a missing part is requested again, before the value counts as gone. With less, a slow reconnection loses values.
const TRIES: u32 = 12;
/// How long to wait for a part before it is requested again: at first, and at most. Each wait is twice as long as the one before, because
/// the connection may be slow, and a repeated request makes the part be sent again. If no process receives a request, only `PAUSE` passes.
const WAIT: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(500);
/// Parts become larger until they take this long, and smaller if they take longer than the other one, because all other messages to this
/// process wait behind them. The latency of the connection does not count.
const FAST: Duration = Duration::from_millis(100);
const SLOW: Duration = Duration::from_millis(500);
/// The smallest part, for the slowest connections.
const LEAST: usize = 1 << 10;

/// The most bytes of a value in one message on these servers. The rest of a message needs room too.
pub(crate) fn part_of(client: &Client) -> usize {
    match client.max_payload() {
        0 => PART,
        most => PART.min(most / 2).max(1),
    }
}

/// The owner of a value, and how to request its parts.
pub(crate) struct Source<'a> {
    pub(crate) client: &'a SharedClient,
    pub(crate) turns: &'a Turns,
    /// Since when there is a connection, if there is one.
    pub(crate) up: watch::Receiver<Option<std::time::Instant>>,
    pub(crate) subject: &'a str,
    /// The message that requests a part.
    pub(crate) ask: &'a (dyn Fn(PartRequest) -> Vec<u8> + Sync),
    /// Takes the bytes from an answer. `None` if the value is gone.
    pub(crate) open: &'a (dyn Fn(&[u8]) -> Option<Vec<u8>> + Sync),
    /// Called when bytes have come.
    pub(crate) came: &'a (dyn Fn(Came) + Sync),
}

/// Bytes of a value that have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    /// One message, with few bytes.
    Bytes(usize),
    /// One message with at least the required number of bytes, or with the last bytes of a part.
    Part(usize),
}

/// How to request the next parts of a value.
#[derive(Clone, Copy)]
struct Pace {
    /// How many parts are requested at once: one until the first has come, because it may never come.
    at_once: usize,
    /// How long to wait before one is requested again.
    wait: Duration,
    /// How many bytes a part has.
    bytes: usize,
    /// The latency: how long a part without bytes would take.
    length: Option<Duration>,
    /// How many bytes the last part had, and how long it took.
    last: Option<(usize, Duration)>,
}

impl Pace {
    const fn first(bytes: usize) -> Self {
        Self {
            at_once: 1,
            wait: WAIT,
            bytes,
            length: None,
            last: None,
        }
    }

    /// The latency, if the part before this one had another size.
    fn length_from(&self, had: usize, took: Duration) -> Option<Duration> {
        let (bytes, before) = self.last.filter(|(bytes, _)| *bytes != had)?;
        let [more, fewer] = if bytes > had {
            [(bytes, before), (had, took)]
        } else {
            [(had, took), (bytes, before)]
        };
        let size = |bytes| u32::try_from(bytes).unwrap_or(u32::MAX);
        let longer = more.1.saturating_sub(fewer.1);
        let of_bytes = longer * size(had) / size(more.0 - fewer.0);
        Some(took.saturating_sub(of_bytes))
    }

    /// The pace after a part that `had` that many bytes and `took` that time. A part has at most `most` bytes.
    fn after(self, (had, took): (usize, Duration), most: usize) -> Self {
        let lengths = [self.length, self.length_from(had, took)];
        let length = lengths.into_iter().flatten().min();
        let delay = took.saturating_sub(length.unwrap_or_default());
        let is_known = length.is_some() || self.bytes > LEAST;
        let bytes = if delay > SLOW && is_known {
            (self.bytes / 2).max(LEAST)
        } else if delay < FAST || length.is_none() {
            // Two parts of different sizes show the latency.
            self.bytes * 4
        } else {
            self.bytes
        };
        Self {
            at_once: if took < HELD { EACH } else { 1 },
            wait: (took * 4).clamp(WAIT, LONGEST),
            bytes: bytes.min(most),
            length,
            last: Some((had, took)),
        }
    }
}

/// The bytes of a part, and how long they took.
type Part = (Vec<u8>, Duration);

/// What has come of a part.
struct Collected {
    length: usize,
    bytes: Vec<u8>,
    /// How long one message took at most.
    longest: Duration,
    /// How often the next message may still be requested.
    tries: u32,
}

impl Collected {
    const fn of(length: usize) -> Self {
        Self {
            length,
            bytes: Vec::new(),
            longest: Duration::ZERO,
            tries: TRIES,
        }
    }

    /// How many bytes are missing.
    const fn room(&self) -> usize {
        self.length - self.bytes.len()
    }

    /// Adds a message. The sender must send at least `least` bytes at once: a message with fewer counts as none, so that a sender of single
    /// bytes cannot keep the call for ever.
    fn takes(&mut self, (message, took): &Part, least: usize) -> Came {
        let room = self.room();
        let bytes = message.len().min(room);
        self.bytes.extend(&message[..bytes]);
        self.longest = self.longest.max(*took);
        if bytes < room.min(least) {
            return Came::Bytes(bytes);
        }
        self.tries = TRIES;
        Came::Part(bytes)
    }
}

impl Source<'_> {
    /// Completes a value of `total` bytes that begins with `value`. `None` if the value is gone.
    pub(crate) async fn rest(&self, mut value: Vec<u8>, total: usize) -> Option<Vec<u8>> {
        let most = part_of(&self.client.get());
        let mut pace = Pace::first(self.turns.bytes.load(Relaxed).min(most));
        let mut requested = value.len();
        let mut parts = FuturesOrdered::new();
        loop {
            while parts.len() < pace.at_once && requested < total {
                let bytes = pace.bytes.min(total - requested);
                parts.push_back(self.range(requested, bytes, pace.wait));
                requested += bytes;
            }
            let Some(part) = parts.next().await else {
                return Some(value);
            };
            let (bytes, took) = part?;
            value.extend_from_slice(&bytes);
            pace = pace.after((bytes.len(), took), most);
            // Where the next value begins.
            self.turns.bytes.store(pace.bytes, Relaxed);
        }
    }

    /// That many bytes from that offset, in several messages if necessary.
    async fn range(&self, at: usize, length: usize, wait: Duration) -> Option<Part> {
        let mut part = Collected::of(length);
        while part.room() > 0 {
            let at = at + part.bytes.len();
            let once = self.once(at, part.room(), (wait, &mut part.tries));
            let message = once.await?;
            if message.0.is_empty() {
                return None;
            }
            (self.came)(part.takes(&message, self.least()));
        }
        Some((part.bytes, part.longest))
    }

    /// The least number of bytes that a sender must put into one message.
    fn least(&self) -> usize {
        LEAST.min(part_of(&self.client.get()))
    }

    /// The next bytes from that offset, as long as there are tries left.
    async fn once(
        &self,
        at: usize,
        most: usize,
        (mut wait, tries): (Duration, &mut u32),
    ) -> Option<Part> {
        // The answer to an earlier request may come first.
        let mut asked = FuturesUnordered::new();
        let mut turn = Some(self.turns.take(self.subject).await?);
        let mut silent = None;
        let begun = Instant::now();
        let held = begun + self.turns.patience();
        let mut up = self.up.clone();
        drop(up.borrow_and_update());
        while let Some(left) = tries.checked_sub(1) {
            *tries = left;
            let part = PartRequest {
                at: at as u64,
                most: most as u64,
            };
            asked.push(self.request((self.ask)(part)));
            tokio::select! {
                Some(answer) = asked.next() => {
                    if let Ok(message) = answer {
                        let took = begun.elapsed();
                        self.turns.took(took);
                        return Some(((self.open)(&message.payload)?, took));
                    }
                    turn = None;
                    sleep(PAUSE).await;
                }
                () = sleep(wait) => wait = (wait * 2).min(LONGEST),
                () = reconnected(&mut up) => *tries = TRIES,
                () = self.give_back(&mut turn, &mut silent, held) => {}
            }
        }
        None
    }

    /// Gives the turn back at that time. The future is never ready.
    async fn give_back<'t>(
        &'t self,
        turn: &mut Option<Turn<'t>>,
        silent: &mut Option<Silent<'t>>,
        at: Instant,
    ) {
        sleep_until(at).await;
        if turn.take().is_some() {
            *silent = Some(self.turns.silent(self.subject));
        }
        std::future::pending::<()>().await;
    }

    /// Waits without a limit, other than the client does. It has an inbox of its own, because the client keeps requests in the common one
    /// for ever if they are not answered.
    async fn request(&self, question: Vec<u8>) -> Result<Message, RequestError> {
        let request = Request::new().payload(question.into()).timeout(None);
        let client = self.client.get();
        let request = request.inbox(client.new_inbox());
        client.send_request(self.subject.to_owned(), request).await
    }
}

/// Ready when there is a new connection. Bytes in flight were lost, so they are requested again, and their owner may reconnect later.
async fn reconnected(up: &mut watch::Receiver<Option<std::time::Instant>>) {
    while up.changed().await.is_ok() {
        if up.borrow_and_update().is_some() {
            return;
        }
    }
    std::future::pending::<()>().await;
}

#[cfg(test)]
mod tests;
