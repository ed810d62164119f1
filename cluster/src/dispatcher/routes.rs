//! Finds the nodes that have a function: asks one node of each release, and uses the answer for a while.

use std::{sync::Arc, time::Instant};

use super::{
    call::State,
    route::{FRESH, Question, Route, RouteAnswer, RouteKey, SEEK, WantedFunction},
    state::Dispatcher,
};
use crate::{
    message::{Has, ToNode, write},
    names,
};

/// How many answers to one question are read, and how many names in each. They bound memory: any node may answer. More releases than this
/// are not expected, and an error shows only one name.
const ANSWERS: usize = 64;
const NAMES: usize = 4;

impl Dispatcher {
    /// The release to which calls of this function go, if it is known. The first call sends the question.
    pub(super) fn known_route(
        &mut self,
        function: WantedFunction,
        now: Instant,
    ) -> Option<Arc<str>> {
        let key = function.route();
        let is_first = !self.calls.is_waited_for(key);
        let route = self.routes.entry(key);
        let route = route.or_insert_with(|| Route::new(function, now));
        if is_first {
            route.is_waited_for();
        }
        let release = route.release.clone();
        let stale = now >= route.asked_at + if release.is_some() { FRESH } else { SEEK };
        if stale && route.question.is_none() {
            self.ask(key, now);
        }
        release
    }

    /// Asks one node of each release. Also again, while a question has no answer.
    pub(super) fn ask(&mut self, key: RouteKey, now: Instant) {
        let new = self.number();
        let up = self.up_since().is_some();
        let Some(route) = self.routes.get_mut(&key).filter(|_| up) else {
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
            key: route.function.key,
            fingerprint: route.function.fingerprint,
            name: route.function.name.to_owned(),
        };
        self.asked.insert(number, key);
        let reply = format!("{}.w.{number}", self.inbox);
        self.send(names::who(key.cluster), Some(reply), write(&who));
    }

    /// A node answers for its release.
    pub(crate) fn has(&mut self, number: u64, mut answer: RouteAnswer, now: Instant) {
        if !names::is_token(&answer.release) {
            return;
        }
        let similar = answer.similar.iter().take(NAMES);
        answer.similar = similar.map(|name| names::shown(name)).collect();
        self.with_question(number, now, |question| {
            if question.answers.len() >= ANSWERS {
                return;
            }
            if answer.has == Has::Yes {
                question.found.get_or_insert(now);
            }
            question.heard.get_or_insert(now);
            question.answers.push(answer);
        });
    }

    /// The cluster has no node.
    pub(crate) fn nobody(&mut self, number: u64, now: Instant) {
        self.with_question(number, now, |question| question.nobody = true);
    }

    fn with_question(&mut self, number: u64, now: Instant, change: impl FnOnce(&mut Question)) {
        let Some(key) = self.asked.get(&number).copied() else {
            return;
        };
        let Some(route) = self.routes.get_mut(&key) else {
            return;
        };
        if let Some(question) = &mut route.question {
            change(question);
            if route.is_settled(now) {
                self.settle(key, now);
            }
        }
    }

    /// Chooses the release, and routes all calls that wait for this answer or for nodes that are gone.
    pub(super) fn settle(&mut self, key: RouteKey, now: Instant) {
        let Some(route) = self.routes.get_mut(&key) else {
            return;
        };
        let Some(question) = route.question.take() else {
            return;
        };
        self.asked.retain(|_, asked| *asked != key);
        let before = route.shards;
        route.choose(&question);
        let shards = route.shards;
        let Some(release) = route.release.clone() else {
            return;
        };
        let mut moving = self.calls.waiting(key, Some(&release));
        if shards < before {
            moving.extend(self.in_queues_from(shards, key));
            moving.sort_unstable();
            moving.dedup();
        }
        for id in moving {
            self.enqueue(id, Arc::clone(&release), now);
        }
    }

    /// The calls in queues that the nodes do not read any more. The servers have their tickets, so nothing else would move them soon.
    fn in_queues_from(&self, shards: u32, key: RouteKey) -> Vec<u64> {
        self.calls.those(|call| match &call.state {
            State::Queued(queued) => queued.shard >= shards && call.new.function().route() == key,
            _ => false,
        })
    }
}
