//! Finds the nodes that have a function: asks one node of each release, and uses the answer for a while.

use std::{sync::Arc, time::Instant};

use super::{
    route::{FRESH, Question, Route, RouteAnswer, SEEK},
    state::Dispatcher,
};
use crate::{
    cluster::Cluster,
    message::{Has, ToNode, write},
    names,
};

/// How many answers to one question are read, and how many names in each. They bound memory: any node may answer.
const ANSWERS: usize = 64;
const NAMES: usize = 4;

impl Dispatcher {
    /// The release to which calls of this function go, if it is known. The first call sends the question.
    pub(super) fn known_route(
        &mut self,
        cluster: &'static Cluster,
        (key, fingerprint, name): (u64, u64, &'static str),
        now: Instant,
    ) -> Option<Arc<str>> {
        let at = (cluster.name, key);
        let is_first = !self.calls.is_waited_for(at);
        let route = self.routes.entry(at).or_insert_with(|| Route {
            cluster,
            key,
            fingerprint,
            name,
            release: None,
            shards: 1,
            asked_at: now.checked_sub(FRESH).unwrap_or(now),
            question: None,
            number: None,
            none: None,
        });
        if is_first {
            route.is_waited_for();
        }
        let release = route.release.clone();
        let stale = now >= route.asked_at + if release.is_some() { FRESH } else { SEEK };
        if stale && route.question.is_none() {
            self.ask(at, now);
        }
        release
    }

    /// Asks one node of each release. Also again, while a question has no answer.
    pub(super) fn ask(&mut self, at: (&'static str, u64), now: Instant) {
        let new = self.number();
        let up = self.up_since().is_some();
        let Some(route) = self.routes.get_mut(&at).filter(|_| up) else {
            return;
        };
        route.asked_at = now;
        let number = *route.number.get_or_insert(new);
        route.question.get_or_insert_with(|| Question {
            since: now,
            answers: Vec::new(),
            heard: None,
            nobody: false,
            found: None,
        });
        let who = ToNode::Who {
            key: route.key,
            fingerprint: route.fingerprint,
            name: route.name.to_owned(),
        };
        self.asked.insert(number, at);
        let reply = format!("{}.w.{number}", self.inbox);
        self.send(names::who(at.0), Some(reply), write(&who));
    }

    /// A node answers for its release.
    pub(crate) fn has(
        &mut self,
        number: u64,
        (release, has, shards, similar): RouteAnswer,
        now: Instant,
    ) {
        if !names::is_token(&release) {
            return;
        }
        let similar = similar.iter().take(NAMES).map(|name| names::shown(name));
        let similar = similar.collect();
        self.with_question(number, now, |question| {
            if question.answers.len() >= ANSWERS {
                return;
            }
            if has == Has::Yes {
                question.found.get_or_insert(now);
            }
            question.heard.get_or_insert(now);
            question.answers.push((release, has, shards, similar));
        });
    }

    /// The cluster has no node.
    pub(crate) fn nobody(&mut self, number: u64, now: Instant) {
        self.with_question(number, now, |question| question.nobody = true);
    }

    fn with_question(&mut self, number: u64, now: Instant, change: impl FnOnce(&mut Question)) {
        let Some(at) = self.asked.get(&number).copied() else {
            return;
        };
        let Some(route) = self.routes.get_mut(&at) else {
            return;
        };
        if let Some(question) = &mut route.question {
            change(question);
            if route.is_settled(now) {
                self.settle(at, now);
            }
        }
    }

    /// Chooses the release, and routes all calls that wait for this answer or for nodes that are gone.
    pub(super) fn settle(&mut self, at: (&'static str, u64), now: Instant) {
        let Some(route) = self.routes.get_mut(&at) else {
            return;
        };
        let Some(question) = route.question.take() else {
            return;
        };
        self.asked.retain(|_, asked| *asked != at);
        route.choose(&question);
        let Some(release) = route.release.clone() else {
            return;
        };
        for id in self.calls.waiting(at, Some(&release)) {
            self.enqueue(id, Arc::clone(&release), now);
        }
    }
}
