//! How results leave a node: an answer is repeated until its caller says that it has come.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use super::host::{Host, Key};
use crate::{
    message::{Outcome, Start, ToCaller, write},
    names,
    parts::part_of,
};

/// How soon an answer is repeated, and how long.
const AGAIN: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);
/// How many results of the largest size are kept unconfirmed, and how many bytes if those are small.
const ROOM: usize = 4;
const LEAST: usize = 64 << 20;
/// What an answer takes beside its bytes.
const AROUND: usize = 256;

/// An answer that has not been confirmed.
#[derive(Debug)]
pub(super) struct Answer {
    at: usize,
    secret: u64,
    payload: Vec<u8>,
    /// What is to be fetched.
    value: Option<Vec<u8>>,
    first: Instant,
    pub(super) sent: Instant,
}

impl Answer {
    fn weight(&self) -> usize {
        AROUND + self.payload.len() + self.value.as_ref().map_or(0, Vec::len)
    }
}

impl Host {
    /// A body has ended. Its place may be taken for longer.
    pub(super) async fn ended(&mut self, at: usize, key: Key, attempt: u32, outcome: Outcome) {
        self.done += 1;
        let is_it = |at: &super::host::AtWork| at.attempt == attempt;
        if !self.at_work.get(&key).is_some_and(is_it) {
            return;
        }
        let ended = self.at_work.remove(&key).filter(|ended| !ended.unwanted);
        if let Some(ended) = ended {
            self.answer(at, key, (attempt, ended.secret), outcome).await;
        }
    }

    /// Sends an answer, for the first time.
    pub(super) async fn answer(
        &mut self,
        at: usize,
        key: Key,
        (attempt, secret): (u32, u64),
        outcome: Outcome,
    ) {
        let start = (key.1, attempt);
        let limit = self.served[at].cluster.max_message;
        let (outcome, value) = match outcome {
            Outcome::Done(value) if value.len() > limit => {
                let bytes = value.len() as u64;
                let limit = limit as u64;
                (Outcome::TooLarge { bytes, limit }, None)
            }
            Outcome::Done(value) if value.len() > part_of(&self.link.client) => {
                (Outcome::Large(value.len() as u64), Some(value))
            }
            outcome => (outcome, None),
        };
        let message = ToCaller::Answer { start, outcome };
        let now = Instant::now();
        let answer = Answer {
            at,
            secret,
            payload: write(&message),
            value,
            first: now,
            sent: now,
        };
        self.say(&key.0, start, &answer).await;
        self.answers.insert((key, attempt), answer);
        self.keep_within_bounds();
    }

    /// Results that nobody confirms are kept only as far as there is room: those of whoever has most of it go first, the oldest one
    /// before others.
    fn keep_within_bounds(&mut self) {
        let sizes = |answers: &HashMap<(Key, u32), Answer>| {
            let mut sizes: HashMap<Arc<str>, usize> = HashMap::new();
            for (((caller, _), _), answer) in answers {
                *sizes.entry(Arc::clone(caller)).or_default() += answer.weight();
            }
            sizes
        };
        if self.answers.values().map(Answer::weight).sum::<usize>() <= self.room() {
            return;
        }
        let sizes = sizes(&self.answers);
        let most = sizes.into_iter().max_by_key(|(_, size)| *size);
        let Some((greedy, _)) = most else { return };
        let its = self.answers.iter().filter(|(key, _)| key.0.0 == greedy);
        let oldest = its.min_by_key(|(_, answer)| answer.first);
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            self.answers.remove(&key);
        }
    }

    /// How many bytes of unconfirmed results are kept: a few of the largest.
    fn room(&self) -> usize {
        let largest = self.served.iter().map(|served| served.cluster.max_message);
        largest.max().unwrap_or(0).saturating_mul(ROOM).max(LEAST)
    }

    async fn say(&self, caller: &str, (call, attempt): Start, answer: &Answer) {
        let subject = format!("{caller}.r.{call}.{attempt}.{}", answer.secret);
        let own = names::node(self.served[answer.at].cluster.name, &self.id);
        self.send(subject, Some(own), answer.payload.clone()).await;
    }

    /// What is not confirmed is said again.
    pub(super) async fn look_at_answers(&mut self, now: Instant) {
        self.answers
            .retain(|_, answer| now < answer.first + LONGEST);
        let mut again = Vec::new();
        for ((key, attempt), answer) in &mut self.answers {
            if now >= answer.sent + AGAIN {
                answer.sent = now;
                again.push((key.clone(), *attempt));
            }
        }
        for (key, attempt) in again {
            let start = (key.1, attempt);
            let caller = Arc::clone(&key.0);
            if let Some(answer) = self.answers.get(&(key, attempt)) {
                self.say(&caller, start, answer).await;
            }
        }
    }

    /// The node goes before the body has ended.
    pub(super) async fn leave(&mut self, key: Key, attempt: u32) {
        let Some(at_work) = self.at_work.get_mut(&key) else {
            return;
        };
        at_work.unwanted = true;
        let (at, secret) = (at_work.at, at_work.secret);
        self.answer(at, key, (attempt, secret), Outcome::Leaving)
            .await;
    }

    /// The part of a result that begins there.
    pub(super) fn part(&self, key: Key, attempt: u32, at: u64) -> Vec<u8> {
        let answer = self.answers.get(&(key, attempt));
        let value = answer.and_then(|answer| answer.value.as_ref());
        let rest = value.and_then(|value| value.get(usize::try_from(at).ok()?..));
        let rest = rest.unwrap_or_default();
        rest[..rest.len().min(part_of(&self.link.client))].to_vec()
    }
}
