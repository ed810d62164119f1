//! Handles questions and messages of callers to a node.

use std::{sync::Arc, time::Instant};

use async_nats::Message;

use super::{
    state::NodeState,
    work::{AtWork, BodyId},
};
use crate::{
    message::{Has, NodeFacts, PartRequest, Start, ToCaller, ToNode, read, write},
    names,
};

impl NodeState {
    /// Answers for its release whether it has a function.
    pub(super) async fn who(&self, at: usize, message: &Message) {
        let (
            Some(reply),
            Ok(ToNode::Who {
                key,
                fingerprint,
                name,
            }),
        ) = (reply_of(message), read(&message.payload))
        else {
            return;
        };
        let served = &self.served[at];
        let has = match served.functions.get(&key) {
            Some(_) if self.is_mute_to(&reply) => Has::Mute,
            Some(function) if served.cluster.fingerprint_of(function) == fingerprint => Has::Yes,
            Some(_) => Has::Another,
            None => Has::No,
        };
        let last = |path: &str| path.rsplit("::").next().map(str::to_owned);
        let others = served.functions.values().map(|function| function.name());
        let similar = others.filter(|other| has == Has::No && last(other) == last(&name));
        let has = ToCaller::Has {
            release: served.release.word.clone(),
            has,
            shards: served.cluster.shards,
            similar: similar.map(str::to_owned).collect(),
        };
        self.send(reply, None, write(&has)).await;
    }

    fn facts(&self, at: usize) -> NodeFacts {
        NodeFacts {
            id: self.id.clone(),
            host: self.name.clone(),
            release: self.served[at].release.word.clone(),
            slots: self.slots as u64,
            busy: self.busy as u64,
            done: self.done,
            labels: self.labels.clone(),
        }
    }

    /// Answers with its state as a node of that cluster, as all nodes do.
    pub(super) async fn info(&self, at: usize, message: &Message) {
        if let Some(reply) = reply_of(message) {
            let facts = ToCaller::Node(self.facts(at));
            self.send(reply, None, write(&facts)).await;
        }
    }

    /// Handles a message to this node alone.
    pub(super) async fn question(&mut self, at: usize, message: &Message) {
        let reply = reply_of(message);
        let Ok(question) = read(&message.payload) else {
            return;
        };
        match question {
            ToNode::Received { inbox, starts } => self.received(&inbox, starts),
            ToNode::Cancel { inbox, start } => self.cancelled(&inbox, start),
            ToNode::Ping { inbox, starts } => {
                // One in several messages has one with an answer.
                let others = self.at_work.iter_mut().filter(|_| reply.is_some());
                for (_, at_work) in others.filter(|(id, _)| *id.caller == *inbox) {
                    at_work.missed += 1;
                }
                let unknown = self.named(&inbox, starts);
                let pong = ToCaller::Pong { unknown };
                if let Some(reply) = reply {
                    self.send(reply, None, write(&pong)).await;
                }
            }
            ToNode::Part {
                inbox,
                start,
                at,
                most,
            } => {
                let caller = Arc::from(inbox);
                if let Some(reply) = reply {
                    let body = BodyId { caller, start };
                    self.part(body, PartRequest { at, most }, reply).await;
                }
            }
            ToNode::Info => self.info(at, message).await,
            ToNode::Who { .. } | ToNode::Grants(_) | ToNode::Bytes(_) => {}
        }
    }

    /// The caller still waits for these calls. Returns those that this node does not know.
    fn named(&mut self, caller: &str, starts: Vec<Start>) -> Vec<Start> {
        let (caller, now) = (Arc::<str>::from(caller), Instant::now());
        let mut unknown = Vec::new();
        for start in starts {
            let caller = Arc::clone(&caller);
            let body = BodyId { caller, start };
            let id = body.call();
            let at_work = self.at_work.get_mut(&id);
            let is_it = |at_work: &&mut AtWork| at_work.attempt == start.attempt;
            self.answers.named(&body, now);
            if let Some(at_work) = at_work.filter(is_it) {
                at_work.named = now;
                at_work.missed = 0;
            } else if !self.knows(&body) && !self.unanswered.name(&id, now) {
                unknown.push(start);
            }
        }
        unknown
    }

    /// The caller confirms these results, so they need not be kept.
    fn received(&mut self, caller: &str, starts: Vec<Start>) {
        let caller: Arc<str> = Arc::from(caller);
        for start in starts {
            let caller = Arc::clone(&caller);
            self.answers.remove(&BodyId { caller, start });
        }
    }

    /// The caller has cancelled the call: its body is asked to stop, and its result is dropped.
    fn cancelled(&mut self, caller: &str, start: Start) {
        let caller = Arc::from(caller);
        let body = BodyId { caller, start };
        let id = body.call();
        self.answers.remove(&body);
        let at_work = self.at_work.get_mut(&id);
        if let Some(at_work) = at_work.filter(|at| at.attempt == start.attempt) {
            at_work.unwanted = true;
            at_work.stop = None;
        } else if self.unanswered.remove(&id) || self.claims.contains_key(&id) {
            // The grant comes on another subject, and may come later.
            self.ended.insert(body);
        }
    }
}

/// The subject for the answer, if it is a valid one.
fn reply_of(message: &Message) -> Option<String> {
    let reply = message.reply.as_ref().map(ToString::to_string);
    reply.filter(|reply| names::is_address(reply))
}
