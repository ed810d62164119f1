//! How results leave a node: an answer is repeated until its caller says that it has come.

use std::{
    cmp::Reverse,
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
    /// When it is said again.
    again: Instant,
}

impl Answer {
    fn weight(&self) -> usize {
        AROUND + self.payload.len() + self.value.as_ref().map_or(0, Vec::len)
    }
}

/// Which answer: to which call, at which attempt.
type Which = (Key, u32);

/// All answers that have not been confirmed.
#[derive(Debug, Default)]
pub(super) struct Answers {
    all: HashMap<Which, Answer>,
    /// What they weigh together.
    weight: usize,
}

impl Answers {
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn contains_key(&self, which: &Which) -> bool {
        self.all.contains_key(which)
    }

    fn get(&self, which: &Which) -> Option<&Answer> {
        self.all.get(which)
    }

    fn insert(&mut self, which: Which, answer: Answer) {
        self.weight += answer.weight();
        if let Some(before) = self.all.insert(which, answer) {
            self.weight -= before.weight();
        }
    }

    pub(super) fn remove(&mut self, which: &Which) {
        if let Some(answer) = self.all.remove(which) {
            self.weight -= answer.weight();
        }
    }

    /// All of them are said again: the connection is new.
    pub(super) fn all_again(&mut self) {
        let now = Instant::now();
        for answer in self.all.values_mut() {
            answer.again = now;
        }
    }

    /// Those that are said again now.
    fn due(&mut self, now: Instant) -> Vec<Which> {
        let due = self
            .all
            .iter_mut()
            .filter(|(_, answer)| now >= answer.again);
        let due = due.map(|(which, answer)| {
            answer.again = now + AGAIN;
            which.clone()
        });
        due.collect()
    }

    fn forget_old(&mut self, now: Instant) {
        self.all.retain(|_, answer| now < answer.first + LONGEST);
        self.weight = self.all.values().map(Answer::weight).sum();
    }

    /// Forgets answers beyond `room`: those to whoever has most of it go first, the oldest before others. A little more goes than
    /// has to, so that not every further answer makes a search.
    fn keep_within(&mut self, room: usize) {
        if self.weight <= room {
            return;
        }
        let mut of_callers: HashMap<Arc<str>, OfCaller> = HashMap::new();
        for (which, answer) in &self.all {
            let (weight, all) = of_callers.entry(Arc::clone(&which.0.0)).or_default();
            *weight += answer.weight();
            all.push((answer.first, which.clone()));
        }
        let mut callers: Vec<_> = of_callers.into_values().collect();
        callers.sort_by_key(|(weight, _)| Reverse(*weight));
        for (_, mut all) in callers {
            all.sort_by_key(|(first, _)| *first);
            for (_, which) in all {
                if self.weight <= room - room / 64 {
                    return;
                }
                self.remove(&which);
            }
        }
    }
}

/// What the answers to one caller weigh, and which they are.
type OfCaller = (usize, Vec<(Instant, Which)>);

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
            again: now + AGAIN,
        };
        self.say(&key.0, start, &answer).await;
        self.answers.insert((key, attempt), answer);
        let room = self.room();
        self.answers.keep_within(room);
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
        self.answers.forget_old(now);
        let again = self.answers.due(now);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn add(answers: &mut Answers, caller: &str, call: u64, bytes: usize) {
        let first = Instant::now() + Duration::from_millis(call);
        let answer = Answer {
            at: 0,
            secret: 0,
            payload: vec![0; bytes - AROUND],
            value: None,
            first,
            again: first,
        };
        answers.insert(((Arc::from(caller), call), 1), answer);
        answers.keep_within(100_000);
    }

    /// Also if what goes first is small and what comes is large.
    #[test]
    fn what_nobody_confirms_is_kept_within_bounds() {
        let mut answers = Answers::default();
        add(&mut answers, "modest", 0, 1000);
        for call in 0..1000 {
            add(&mut answers, "greedy", call, 500);
            assert!(answers.weight <= 100_000);
        }
        for call in 1000..1020 {
            add(&mut answers, "greedy", call, 40_000);
            assert!(answers.weight <= 100_000);
            assert!(answers.contains_key(&((Arc::from("greedy"), call), 1)));
        }
        assert!(answers.contains_key(&((Arc::from("modest"), 0), 1)));
        answers.remove(&((Arc::from("greedy"), 1019), 1));
        let weight = answers.all.values().map(Answer::weight).sum::<usize>();
        assert_eq!(answers.weight, weight);
    }
}
