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
/// How long a caller may be silent whose large result is kept although there is no room.
const SILENCE: Duration = Duration::from_secs(4);
/// How long a node that is ending waits for callers to confirm results.
pub(super) const LAST: Duration = Duration::from_secs(5);
/// How many bytes an answer takes besides its result.
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
    /// Whether a caller may still confirm one of them. One that is connected does so at once, or fetches a large result first; one that
    /// has ended never does. `up` is when the connection was made, if there is one.
    pub(super) fn are_awaited(&self, up: Option<Instant>, now: Instant) -> bool {
        let is_recent = |answer: &Answer| up.is_none_or(|up| now < answer.first.max(up) + LAST);
        let mut all = self.all.values();
        all.any(|answer| answer.value.is_some() || is_recent(answer))
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
            named: first,
            again: first,
            pause: AGAIN,
        };
        answers.insert(((Arc::from(caller), call), 1), answer);
        answers.keep_within(100_000, Instant::now());
    }

    #[test]
    fn a_node_that_ends_waits_for_what_may_be_confirmed() {
        let mut answers = Answers::default();
        let begun = Instant::now();
        assert!(!answers.are_awaited(None, begun));
        add(&mut answers, "caller", 0, 1000);
        let late = begun + LAST * 2;
        assert!(answers.are_awaited(Some(begun), begun + LAST / 2));
        assert!(!answers.are_awaited(Some(begun), late));
        // Without a connection for so long, its caller could not confirm it.
        assert!(answers.are_awaited(Some(late), late));
        assert!(answers.are_awaited(None, late));
        let which = ((Arc::from("caller"), 0), 1);
        if let Some(answer) = answers.all.get_mut(&which) {
            answer.value = Some(Vec::new());
        }
        assert!(answers.are_awaited(Some(begun), late));
    }

    /// Each message would wait behind the ones before, and so would everything else.
    #[test]
    fn what_is_not_confirmed_is_sent_less_and_less_often() {
        let mut answers = Answers::default();
        let begun = Instant::now();
        add(&mut answers, "caller", 0, 1000);
        let which: Which = ((Arc::from("caller"), 0), 1);
        let mut sent = |seconds: std::ops::Range<u64>| {
            let sent = seconds.filter(|seconds| {
                let now = begun + Duration::from_secs(*seconds);
                answers.named(&which, now);
                !answers.due(now).is_empty()
            });
            sent.collect::<Vec<_>>()
        };
        assert_eq!(sent(1..40), [1, 3, 7, 15, 23, 31, 39]);
        // The caller had no connection.
        assert_eq!(sent(42..50), [43, 45, 49]);
    }

    /// A large result may take longer to fetch than another one to be confirmed.
    #[test]
    fn what_is_being_fetched_is_kept() {
        let mut answers = Answers::default();
        let begun = Instant::now();
        for call in 0..3 {
            add(&mut answers, "caller", call, 30_000);
            let which = ((Arc::from("caller"), call), 1);
            if let Some(answer) = answers.all.get_mut(&which) {
                answer.value = Some(Vec::new());
                answer.named = begun;
            }
        }
        assert_eq!(answers.all.len(), 3);
        let which = ((Arc::from("caller"), 0), 1);
        assert!(answers.keep_within(80_000, begun + SILENCE / 2).is_empty());
        if let Some(answer) = answers.all.get_mut(&which) {
            answer.named = begun + LONGEST;
        }
        let gone = answers.keep_within(80_000, begun + SILENCE);
        assert!(gone.len() == 1 && gone[0] != which, "{gone:?}");
        assert_eq!(answers.forget_old(begun + LONGEST).len(), 1);
        assert!(answers.contains_key(&which));
        assert_eq!(answers.forget_old(begun + LONGEST * 2), [which]);
        assert_eq!(answers.weight, 0);
    }

    /// The bound also holds if the forgotten answers are small and the new one is large.
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
