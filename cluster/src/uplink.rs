//! Flow control for arguments and results: limits how many of their bytes are in flight, because all other messages wait behind them.
//!
//! After some bytes it sends an echo, a message to itself. When the echo comes back, all bytes before it have left this process, and its
//! round trip decides whether the window grows or shrinks. The processes that fetch values take turns. Pure: it knows neither a connection
//! nor a clock.

use std::{
    collections::{BTreeMap, VecDeque},
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::{Duration, Instant},
};

/// Values up to this size are sent without flow control. Not measured, as the other numbers here: they are like a small message.
pub(crate) const SMALL: usize = 1 << 10;
/// The window, in bytes: at first, at least, and at most. Not measured: 32 KiB take a quarter of a second on a link of 1 Mbit/s, 2 MiB
/// take 17 ms on one of 1 Gbit/s.
const FIRST: usize = 32 << 10;
const LEAST: usize = 8 << 10;
const MOST: usize = 2 << 20;
/// The window grows if an echo takes less than this, and shrinks if it takes more than the other one, beyond the shortest round trip.
/// Other messages wait that long behind values.
const FAST: Duration = Duration::from_millis(100);
const SLOW: Duration = Duration::from_millis(500);
/// When an echo counts as lost. With less, bytes on a slow connection count as sent too early; with more, a lost echo delays what follows
/// for longer.
const LOST: Duration = Duration::from_secs(30);
/// How many requests may wait, which bounds memory, and how many for parts of one value. A sender repeats a request that is not kept.
const REQUESTS: usize = 1 << 14;
const EACH: usize = 4;

/// A request for a part of a value.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The subject for the answer.
    pub(crate) reply: String,
    /// When the value became available.
    pub(crate) since: Instant,
    /// How many bytes of the value are missing.
    pub(crate) rest: usize,
    /// How many bytes the part may have.
    pub(crate) most: usize,
}

/// A message of this process to itself.
#[derive(Debug)]
struct Echo {
    number: u64,
    sent: Instant,
    /// How many bytes were sent between the echo before and this one.
    bytes: usize,
}

/// The bytes in flight, and the requests that wait.
#[derive(Debug)]
pub(crate) struct Uplink<V> {
    window: usize,
    /// How many bytes are in flight, and how many of these were sent after the last echo.
    out: usize,
    unasked: usize,
    echoes: VecDeque<Echo>,
    /// The shortest round trip of an echo.
    length: Option<Duration>,
    /// How many echoes were sent, and a key that makes their numbers unguessable.
    numbers: (u64, RandomState),
    /// The processes that wait for parts.
    peers: BTreeMap<Arc<str>, OfPeer<V>>,
    /// The number of the last turn that was given out.
    turns: u64,
}

/// The requests of one process.
#[derive(Debug)]
struct OfPeer<V> {
    /// Lower numbers are first. After its turn a process gets a new number, so that processes take turns.
    turn: u64,
    /// By value and offset.
    wanted: BTreeMap<(V, u64), Wanted>,
    /// Whether the oldest value is next, or the one with the fewest missing bytes. The two rules alternate, so that no value starves.
    is_oldest: bool,
}

impl<V: Ord + Clone> OfPeer<V> {
    /// The request that is next.
    fn next(&self) -> Option<(&(V, u64), &Wanted)> {
        let all = self.wanted.iter();
        if self.is_oldest {
            all.min_by_key(|(_, wanted)| wanted.since)
        } else {
            all.min_by_key(|(_, wanted)| wanted.rest)
        }
    }
}

impl<V: Ord + Clone> Uplink<V> {
    pub(crate) fn new() -> Self {
        Self {
            window: FIRST,
            out: 0,
            unasked: 0,
            echoes: VecDeque::new(),
            length: None,
            numbers: (0, RandomState::new()),
            peers: BTreeMap::new(),
            turns: 0,
        }
    }

    /// The connection is new: bytes in flight were lost.
    pub(crate) fn reset(&mut self) {
        let (peers, turns) = (std::mem::take(&mut self.peers), self.turns);
        *self = Self {
            peers,
            turns,
            ..Self::new()
        };
    }

    /// The process `peer` requests a part. A repeated request replaces the first one, and keeps its position. The numbers of waiting
    /// requests for one value and of one process are limited, so that one process cannot displace the requests of others.
    pub(crate) fn want(&mut self, peer: &Arc<str>, (value, at): (V, u64), wanted: Wanted) {
        let requests = self.peers.values().map(|of| of.wanted.len());
        let is_full = requests.sum::<usize>() >= REQUESTS;
        let of = self.peers.get(peer).map(|of| &of.wanted);
        if of.is_none_or(|of| !of.contains_key(&(value.clone(), at))) {
            let all = (value.clone(), 0)..=(value.clone(), u64::MAX);
            let of_value = of.map_or(0, |of| of.range(all).count());
            let of_peer = of.map_or(0, BTreeMap::len);
            if of_value >= EACH || is_full && !self.makes_room_for(of_peer) {
                return;
            }
        }
        let turns = &mut self.turns;
        let of = self.peers.entry(Arc::clone(peer)).or_insert_with(|| {
            *turns += 1;
            OfPeer {
                turn: *turns,
                wanted: BTreeMap::new(),
                is_oldest: false,
            }
        });
        of.wanted.insert((value, at), wanted);
    }

    /// Removes a request of the process that has most, if that are more than these. Returns whether it did.
    fn makes_room_for(&mut self, requests: usize) -> bool {
        let most = self.peers.values_mut().max_by_key(|of| of.wanted.len());
        let most = most.filter(|of| of.wanted.len() > requests + 1);
        most.is_some_and(|of| of.wanted.pop_last().is_some())
    }

    /// The request to be answered now, with that many bytes, if any. A part has at most `part` bytes.
    pub(crate) fn next(&mut self, part: usize) -> Option<((V, u64), Wanted, usize)> {
        let piece = part.min(self.window / 2);
        let (peer, of) = self.peers.iter().min_by_key(|(_, of)| of.turn)?;
        let (which, wanted) = of.next()?;
        let bytes = wanted.rest.min(wanted.most).min(piece);
        if bytes > self.room() {
            return None;
        }
        let (peer, which) = (Arc::clone(peer), which.clone());
        self.turns += 1;
        let of = self.peers.get_mut(&peer)?;
        of.turn = self.turns;
        of.is_oldest = !of.is_oldest;
        let wanted = of.wanted.remove(&which)?;
        if of.wanted.is_empty() {
            self.peers.remove(&peer);
        }
        Some((which, wanted, bytes))
    }

    /// Whether a request of that process for a part of the value waits for its turn: for the part that begins there, if that matters. One
    /// for few bytes does not count.
    pub(crate) fn is_wanted(&self, peer: &str, value: V, at: Option<u64>) -> bool {
        let Some(of) = self.peers.get(peer) else {
            return false;
        };
        let (first, last) = at.map_or((0, u64::MAX), |at| (at, at));
        let mut all = of.wanted.range((value.clone(), first)..=(value, last));
        all.any(|(_, wanted)| wanted.most >= wanted.rest.min(SMALL))
    }

    /// How many requests wait.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.peers.values().map(|of| of.wanted.len()).sum()
    }

    /// How many more bytes may be on the way.
    pub(crate) const fn room(&self) -> usize {
        self.window.saturating_sub(self.out)
    }

    /// Before values are sent: the number of an echo that goes first, because nothing is known of the way yet.
    pub(crate) fn before(&mut self, now: Instant) -> Option<u64> {
        let is_unknown = self.length.is_none() && self.echoes.is_empty();
        is_unknown.then(|| self.echo(now))
    }

    /// So many bytes of values are sent. Returns the number of an echo that follows them, if one does.
    pub(crate) fn after(&mut self, bytes: usize, now: Instant) -> Option<u64> {
        self.out += bytes;
        self.unasked += bytes;
        let is_much = self.unasked * 4 >= self.window || !self.peers.is_empty();
        (bytes > 0 && is_much).then(|| self.echo(now))
    }

    /// After all requests for which there is room were answered. Returns the number of an echo for bytes that have none, if others wait for
    /// their room and no other echo will make any, as when the window has shrunk meanwhile.
    pub(crate) fn at_end(&mut self, now: Instant) -> Option<u64> {
        let is_stuck = !self.peers.is_empty() && self.echoes.is_empty() && self.unasked > 0;
        is_stuck.then(|| self.echo(now))
    }

    fn echo(&mut self, now: Instant) -> u64 {
        let (count, secret) = &mut self.numbers;
        *count += 1;
        let number = secret.hash_one(*count);
        self.echoes.push_back(Echo {
            number,
            sent: now,
            bytes: std::mem::take(&mut self.unasked),
        });
        number
    }

    /// An echo is back, so all before it has left.
    pub(crate) fn echoed(&mut self, number: u64, now: Instant) {
        let Some(at) = self.echoes.iter().position(|echo| echo.number == number) else {
            return;
        };
        let echo = &self.echoes[at];
        let was_used = echo.bytes > 0 && self.out * 2 >= self.window;
        let took = now.saturating_duration_since(echo.sent);
        self.leaves(at + 1);
        let length = self.length.map_or(took, |length| length.min(took));
        self.length = Some(length);
        let delay = took.saturating_sub(length);
        if delay > SLOW {
            self.window = (self.window / 2).max(LEAST);
        } else if delay < FAST && was_used {
            self.window = (self.window * 2).min(MOST);
        }
    }

    /// Echoes that do not come back keep nothing waiting for long.
    pub(crate) fn look(&mut self, now: Instant) {
        let lost = self.echoes.iter();
        let lost = lost.take_while(|echo| now >= echo.sent + LOST).count();
        self.leaves(lost);
    }

    fn leaves(&mut self, echoes: usize) {
        let bytes = self.echoes.drain(..echoes).map(|echo| echo.bytes);
        self.out -= bytes.sum::<usize>();
    }
}

#[cfg(test)]
mod tests;
