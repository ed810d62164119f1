//! How results leave a node: it repeats an answer until the caller confirms it.

use std::{sync::Arc, time::Instant};

use super::{
    state::NodeState,
    unconfirmed::{AGAIN, Answer},
    work::{AtWork, BodyId, CallId},
};
use crate::{
    message::{Outcome, Start, ToCaller, write},
    names,
    parts::part_of,
    uplink::SMALL,
};

/// How many results of the largest size are kept unconfirmed, and at least how many bytes. They bound memory. With less, bodies wait sooner
/// while callers fetch results; with more, slow callers may take more memory of the node.
const ROOM: usize = 4;
const LEAST: usize = 64 << 20;

impl NodeState {
    /// A body has ended. Its slot may stay occupied for longer.
    pub(super) async fn ended(&mut self, at: usize, body: BodyId, outcome: Outcome) {
        self.done += 1;
        let id = body.call();
        let is_it = |at: &AtWork| at.attempt == body.start.attempt;
        if !self.at_work.get(&id).is_some_and(is_it) {
            return;
        }
        match self.at_work.remove(&id) {
            Some(ended) if !ended.unwanted => {
                self.answer(at, body, ended.secret, outcome).await;
            }
            _ => self.ended.insert(body),
        }
    }

    /// Sends an answer, for the first time.
    pub(super) async fn answer(&mut self, at: usize, body: BodyId, secret: u64, outcome: Outcome) {
        let start = body.start;
        let limit = self.served[at].cluster.max_message;
        let (outcome, value) = match outcome {
            Outcome::Done(value) if value.len() > limit => {
                let bytes = value.len() as u64;
                let limit = limit as u64;
                (Outcome::TooLarge { bytes, limit }, None)
            }
            Outcome::Done(value) if value.len() > self.inline() => {
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
            sent: 0,
            first: now,
            named: now,
            again: now + AGAIN,
            pause: AGAIN,
        };
        self.answers.insert(body.clone(), answer);
        self.say(&body).await;
        for forgotten in self.answers.keep_within(self.room(), now) {
            self.ended.insert(forgotten);
        }
    }

    /// Whether no further body may begin, because callers are fetching results that fill the memory for results.
    pub(super) fn is_full(&self) -> bool {
        self.answers.weight > self.room()
    }

    /// How many bytes a result may have that is sent at once, and not fetched.
    fn inline(&self) -> usize {
        let room = self.uplink.room().max(SMALL);
        room.min(part_of(&self.link.client.get()))
    }

    /// How many bytes of unconfirmed results are kept: room for a few of the largest size.
    fn room(&self) -> usize {
        let largest = self.served.iter().map(|served| served.cluster.max_message);
        largest.max().unwrap_or(0).saturating_mul(ROOM).max(LEAST)
    }

    /// Sends a kept answer, if there is one.
    pub(super) async fn say(&mut self, body: &BodyId) -> bool {
        let Some(answer) = self.answers.get(body) else {
            return false;
        };
        let BodyId { caller, start } = body;
        let Start { call, attempt } = start;
        let subject = format!("{caller}.r.{call}.{attempt}.{}", answer.secret);
        let own = names::node(self.served[answer.at].cluster.name, &self.id);
        let payload = answer.payload.clone();
        let bytes = payload.len();
        let bytes = if bytes > SMALL { bytes } else { 0 };
        self.send_value((subject, Some(own)), payload, bytes).await;
        true
    }

    /// The server refused a message to that subject. If it was an answer, that is forgotten, so that the caller learns of it when it asks
    /// about the call. Returns whether it was one.
    pub(super) fn forget_refused(&mut self, subject: &str) -> bool {
        let refused = answer_at(subject).filter(|body| self.answers.contains_key(body));
        let is_answer = refused.is_some();
        if let Some(body) = refused {
            self.answers.remove(&body);
            self.ended.insert(body);
        }
        is_answer
    }

    /// Sends unconfirmed answers again.
    pub(super) async fn look_at_answers(&mut self, up_since: Instant, now: Instant) {
        let mut forgotten = self.answers.forget_old(now);
        forgotten.extend(self.answers.forget_slow(self.room(), (up_since, now)));
        for body in forgotten {
            self.ended.insert(body);
        }
        let again = self.answers.due(now);
        for body in again {
            let most = self.inline();
            self.answers.split_beyond(&body, most);
            self.say(&body).await;
        }
    }

    /// The node ends before the body has ended.
    pub(super) async fn leave(&mut self, id: &CallId, attempt: u32) {
        let Some(at_work) = self.at_work.get_mut(id) else {
            return;
        };
        at_work.unwanted = true;
        let (at, secret) = (at_work.at, at_work.secret);
        self.answer(at, BodyId::new(id, attempt), secret, Outcome::Leaving)
            .await;
    }
}

/// The body whose answer has this subject.
fn answer_at(subject: &str) -> Option<BodyId> {
    let mut tokens = subject.rsplitn(5, '.').skip(1);
    let attempt = tokens.next()?.parse().ok()?;
    let call = tokens.next()?.parse().ok()?;
    let is_answer = tokens.next()? == "r";
    let caller = tokens.next()?;
    is_answer.then(|| BodyId {
        caller: Arc::from(caller),
        start: Start::new(call, attempt),
    })
}
