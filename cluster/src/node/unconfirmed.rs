//! The answers of a node that no caller has confirmed yet, within a bound.

use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{least_rate::is_too_slow, work::BodyId};
use crate::message::{Outcome, ToCaller, read, write};

/// How soon an answer is repeated, and for how long. Each pause is twice as long as the one before, up to `PAUSE`, because a connection may
/// be slow, and a repeated answer takes its time again. With shorter ones, slow connections carry more repetitions; with longer ones, a
/// lost answer delays its call for longer.
pub(super) const AGAIN: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_secs(8);
const LONGEST: Duration = Duration::from_secs(60);
/// A caller that has said nothing for so long, and then asks again, has not received what was sent meanwhile. It asks twice a second, so it
/// has left out several questions.
const AWAY: Duration = Duration::from_secs(2);
/// How long a caller may be silent whose large result is kept beyond the limit of memory. As long as for running bodies.
const SILENCE: Duration = Duration::from_secs(4);
/// How long a node that is ending waits for callers to confirm results. With less, results are lost more often; with more, a node whose
/// callers have died ends later.
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
    /// How many bytes of it were sent.
    pub(super) sent: u64,
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

    /// Whether it is a large result that is fetched too slowly. The time before `since` does not count.
    fn is_too_slow(&self, since: Instant, now: Instant) -> bool {
        let all = self.value.as_ref().map(Vec::len);
        let took = now.saturating_duration_since(self.first.max(since));
        // The same bytes, fetched again and again, are not more than the result has.
        all.is_some_and(|all| is_too_slow(self.sent.min(all as u64), took))
    }

    fn weight(&self) -> usize {
        AROUND + self.payload.len() + self.value.as_ref().map_or(0, Vec::len)
    }
}

/// All answers that have not been confirmed.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub(super) all: HashMap<BodyId, Answer>,
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

    pub(super) fn contains_key(&self, body: &BodyId) -> bool {
        self.all.contains_key(body)
    }

    pub(super) fn get(&self, body: &BodyId) -> Option<&Answer> {
        self.all.get(body)
    }

    pub(super) fn insert(&mut self, body: BodyId, answer: Answer) {
        self.weight += answer.weight();
        if let Some(before) = self.all.insert(body, answer) {
            self.weight -= before.weight();
        }
    }

    pub(super) fn remove(&mut self, body: &BodyId) {
        if let Some(answer) = self.all.remove(body) {
            self.weight -= answer.weight();
        }
    }

    /// Lets the caller fetch a result of more than that many bytes, which servers that were restarted may not take as one message any more.
    pub(super) fn split_beyond(&mut self, body: &BodyId, most: usize) {
        let Some(answer) = self.all.get_mut(body) else {
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
    pub(super) fn due(&mut self, now: Instant) -> Vec<BodyId> {
        let due = self
            .all
            .iter_mut()
            .filter(|(_, answer)| now >= answer.again);
        let due = due.map(|(body, answer)| {
            answer.pause = (answer.pause * 2).min(PAUSE);
            answer.again = now + answer.pause;
            body.clone()
        });
        due.collect()
    }

    /// The caller still waits for it, and may need long to fetch it.
    pub(super) fn named(&mut self, body: &BodyId, now: Instant) {
        if let Some(answer) = self.all.get_mut(body) {
            if now >= answer.named + AWAY {
                answer.pause = AGAIN;
                answer.again = answer.again.min(now + AGAIN);
            }
            answer.named = now;
        }
    }

    /// So many bytes of a large result were sent.
    pub(super) fn sent(&mut self, body: &BodyId, bytes: usize) {
        if let Some(answer) = self.all.get_mut(body) {
            answer.sent = answer.sent.saturating_add(bytes as u64);
        }
    }

    /// If the answers are beyond `room`, forgets large results that are fetched too slowly, and returns of which bodies. As long as there
    /// are so many of these, no other body begins.
    pub(super) fn forget_slow(
        &mut self,
        room: usize,
        (since, now): (Instant, Instant),
    ) -> Vec<BodyId> {
        if self.weight <= room {
            return Vec::new();
        }
        let slow = self.all.iter();
        let slow = slow.filter(|(_, answer)| answer.is_too_slow(since, now));
        let slow: Vec<_> = slow.map(|(body, _)| body.clone()).collect();
        for body in &slow {
            self.remove(body);
        }
        slow
    }

    /// Forgets answers whose callers have said nothing of them for too long, and returns which.
    pub(super) fn forget_old(&mut self, now: Instant) -> Vec<BodyId> {
        let old = self
            .all
            .extract_if(|_, answer| now >= answer.named + LONGEST);
        let old: Vec<_> = old.map(|(body, _)| body).collect();
        self.weight = self.all.values().map(Answer::weight).sum();
        old
    }

    /// Forgets answers beyond `room`, and returns their bodies: first those to the caller that takes the most, and of these the oldest. It
    /// forgets a little more than necessary, so that not every further answer causes a search. Large results that are being fetched are
    /// kept.
    pub(super) fn keep_within(&mut self, room: usize, now: Instant) -> Vec<BodyId> {
        let mut gone = Vec::new();
        if self.weight <= room {
            return gone;
        }
        let mut of_callers: HashMap<Arc<str>, OfCaller> = HashMap::new();
        let is_fetched = |answer: &Answer| answer.value.is_some() && now < answer.named + SILENCE;
        for (body, answer) in self.all.iter().filter(|(_, answer)| !is_fetched(answer)) {
            let of_caller = of_callers.entry(Arc::clone(&body.caller)).or_default();
            of_caller.weight += answer.weight();
            of_caller.all.push((answer.first, body.clone()));
        }
        let mut callers: Vec<_> = of_callers.into_values().collect();
        callers.sort_by_key(|it| Reverse(it.weight));
        for OfCaller { mut all, .. } in callers {
            all.sort_by_key(|(first, _)| *first);
            for (_, body) in all {
                if self.weight <= room - room / 64 {
                    return gone;
                }
                self.remove(&body);
                gone.push(body);
            }
        }
        gone
    }
}

/// The answers to one caller.
#[derive(Default)]
struct OfCaller {
    /// How many bytes they take.
    weight: usize,
    /// When each was made, and its body.
    all: Vec<(Instant, BodyId)>,
}

#[cfg(test)]
mod tests;
