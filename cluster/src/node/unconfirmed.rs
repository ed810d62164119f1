//! The answers of a node that no caller has confirmed yet, within a bound.

use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use super::work::Key;
use crate::message::{Outcome, ToCaller, read, write};

/// How soon an answer is repeated, and for how long. Each pause is twice as long as the one before, up to `PAUSE`, because the way may be
/// slow, and an answer that is repeated takes its time again.
pub(super) const AGAIN: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_secs(8);
const LONGEST: Duration = Duration::from_secs(60);
/// A caller that has said nothing for so long, and then asks again, has not received what was sent meanwhile. It asks twice a second.
const AWAY: Duration = Duration::from_secs(2);
/// How long a caller may be silent whose large result is kept beyond the limit of memory.
const SILENCE: Duration = Duration::from_secs(4);
/// How long a node that is ending waits for callers to confirm results.
pub(super) const LAST: Duration = Duration::from_secs(5);
/// The same for large results, which are fetched. A caller may lose its connection meanwhile, and make another one.
const LAST_LARGE: Duration = Duration::from_secs(30);
/// How many bytes an answer takes in addition to its result, rounded up.
const AROUND: usize = 256;

/// An answer that has not been confirmed.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) at: usize,
    pub(super) secret: u64,
    pub(super) payload: Vec<u8>,
    /// The large result that the caller fetches.
    pub(super) value: Option<Vec<u8>>,
    pub(super) first: Instant,
    /// When its caller last fetched a part of it, or said that it waits.
    pub(super) named: Instant,
    /// When it is sent again, and the pause before that.
    pub(super) again: Instant,
    pub(super) pause: Duration,
}

impl Answer {
    /// Lets the caller fetch the result, if it is one.
    fn split(&mut self) {
        let Ok(ToCaller::Answer {
            start,
            outcome: Outcome::Done(value),
        }) = read(&self.payload)
        else {
            return;
        };
        let outcome = Outcome::Large(value.len() as u64);
        self.payload = write(&ToCaller::Answer { start, outcome });
        self.value = Some(value);
    }

    fn weight(&self) -> usize {
        AROUND + self.payload.len() + self.value.as_ref().map_or(0, Vec::len)
    }
}

/// Identifies an answer: the call and its attempt.
pub(super) type Which = (Key, u32);

/// All answers that have not been confirmed.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub(super) all: HashMap<Which, Answer>,
    /// How many bytes they take together.
    pub(super) weight: usize,
}

impl Answers {
    /// Whether a caller may still confirm one of them. One that is connected does so at once, or fetches a large result first and says so
    /// all the time; one that has ended never does. `up` is when the connection was made, if there is one.
    pub(super) fn are_awaited(&self, up: Option<Instant>, now: Instant) -> bool {
        let said = |answer: &Answer| match answer.value {
            Some(_) => (answer.named, LAST_LARGE),
            None => (answer.first, LAST),
        };
        let is_recent = |answer: &Answer| {
            let (said, last) = said(answer);
            up.is_none_or(|up| now < said.max(up) + last)
        };
        self.all.values().any(is_recent)
    }

    pub(super) fn contains_key(&self, which: &Which) -> bool {
        self.all.contains_key(which)
    }

    pub(super) fn get(&self, which: &Which) -> Option<&Answer> {
        self.all.get(which)
    }

    pub(super) fn insert(&mut self, which: Which, answer: Answer) {
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

    /// Lets the caller fetch a result of more than that many bytes, which servers that were restarted may not take as one message any more.
    pub(super) fn split_beyond(&mut self, which: &Which, most: usize) {
        let Some(answer) = self.all.get_mut(which) else {
            return;
        };
        if answer.value.is_none() && answer.payload.len() > most + AROUND {
            let before = answer.weight();
            answer.split();
            self.weight = self.weight - before + answer.weight();
        }
    }

    /// Sends all of them again, because the connection is new.
    pub(super) fn all_again(&mut self) {
        let now = Instant::now();
        for answer in self.all.values_mut() {
            answer.again = now;
            answer.pause = AGAIN;
        }
    }

    /// The answers that are sent again now.
    pub(super) fn due(&mut self, now: Instant) -> Vec<Which> {
        let due = self
            .all
            .iter_mut()
            .filter(|(_, answer)| now >= answer.again);
        let due = due.map(|(which, answer)| {
            answer.pause = (answer.pause * 2).min(PAUSE);
            answer.again = now + answer.pause;
            which.clone()
        });
        due.collect()
    }

    /// The caller still waits for it, and may need long to fetch it.
    pub(super) fn named(&mut self, which: &Which, now: Instant) {
        if let Some(answer) = self.all.get_mut(which) {
            if now >= answer.named + AWAY {
                answer.pause = AGAIN;
                answer.again = answer.again.min(now + AGAIN);
            }
            answer.named = now;
        }
    }

    /// Forgets answers whose callers have said nothing of them for too long, and returns which.
    pub(super) fn forget_old(&mut self, now: Instant) -> Vec<Which> {
        let old = self
            .all
            .extract_if(|_, answer| now >= answer.named + LONGEST);
        let old: Vec<_> = old.map(|(which, _)| which).collect();
        self.weight = self.all.values().map(Answer::weight).sum();
        old
    }

    /// Forgets answers beyond `room`, and returns which: first those to the caller that takes the most, and of these the oldest. It
    /// forgets a little more than necessary, so that not every further answer causes a search. Large results that are being fetched are
    /// kept.
    pub(super) fn keep_within(&mut self, room: usize, now: Instant) -> Vec<Which> {
        let mut gone = Vec::new();
        if self.weight <= room {
            return gone;
        }
        let mut of_callers: HashMap<Arc<str>, OfCaller> = HashMap::new();
        let is_fetched = |answer: &Answer| answer.value.is_some() && now < answer.named + SILENCE;
        for (which, answer) in self.all.iter().filter(|(_, answer)| !is_fetched(answer)) {
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
                    return gone;
                }
                self.remove(&which);
                gone.push(which);
            }
        }
        gone
    }
}

/// The answers to one caller, and how many bytes they take.
type OfCaller = (usize, Vec<(Instant, Which)>);

#[cfg(test)]
mod tests;
