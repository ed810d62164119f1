//! Which nodes have a function: one of each release is asked, and the answer holds for a while.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_offload_remote::Failure;

use super::{Desk, State};
use crate::{
    cluster::{Cluster, MOST_SHARDS},
    message::{Has, ToNode, write},
    names,
};

/// How long an answer holds without being looked at again.
const FRESH: Duration = Duration::from_secs(10);
/// How often it is looked at while calls wait.
const LOOK: Duration = Duration::from_secs(1);
/// How often it is asked while nobody has the function.
const SEEK: Duration = Duration::from_millis(250);
/// How long answers are waited for.
const WINDOW: Duration = Duration::from_millis(150);
/// How many answers are heard, and how many names of each.
const ANSWERS: usize = 64;
const NAMES: usize = 4;
/// How long further answers are waited for, so that the caller's own release may be among them.
const GRACE: Duration = Duration::from_millis(10);

/// What a node answers for its release: the word for it, whether it has the function, from how many queues it takes calls, and
/// what it has instead.
pub(crate) type Answer = (String, Has, u32, Vec<String>);

/// Where calls of one function go.
#[derive(Debug)]
pub(crate) struct Route {
    pub(super) cluster: &'static Cluster,
    key: u64,
    shape: u64,
    name: &'static str,
    release: Option<Arc<str>>,
    /// How many queues that release has.
    pub(super) shards: u32,
    asked_at: Instant,
    question: Option<Question>,
    /// Since when nobody has the function, and what they have instead.
    pub(super) none: Option<(Instant, Option<String>)>,
}

/// A question that is out.
#[derive(Debug)]
struct Question {
    number: u64,
    since: Instant,
    answers: Vec<Answer>,
    nobody: bool,
    found: Option<Instant>,
}

impl Route {
    /// Forgets what was asked: nobody will answer.
    pub(super) fn reset(&mut self, now: Instant) {
        self.question = None;
        self.none = None;
        // As if it had been asked long ago.
        self.asked_at = now.checked_sub(FRESH).unwrap_or(now);
    }

    /// Whether it is time to ask.
    pub(super) fn is_due(&self, waits: bool, now: Instant) -> bool {
        let pause = if self.release.is_some() { LOOK } else { SEEK };
        waits && self.question.is_none() && now >= self.asked_at + pause
    }

    /// Whether the question has been out long enough, or has its answer.
    pub(super) fn is_settled(&self, now: Instant) -> bool {
        let Some(question) = &self.question else {
            return false;
        };
        let own = &self.cluster.own().word;
        let mine = |(release, has, ..): &Answer| *has == Has::Yes && release == own;
        question.nobody
            || now >= question.since + WINDOW
            || question.answers.iter().any(mine)
            || question.found.is_some_and(|found| now >= found + GRACE)
    }

    /// The release that calls go to from now on: the one before if it is still there, or else the caller's own, or else any.
    fn choose(&mut self, question: &Question, now: Instant) {
        let answers = question.answers.iter();
        let having: Vec<&str> = answers
            .filter(|(_, has, ..)| *has == Has::Yes)
            .map(|(release, ..)| &**release)
            .collect();
        let own = &*self.cluster.own().word;
        let before = self.release.as_deref();
        let choice = [before, Some(own)].into_iter().flatten();
        let choice = choice.chain(having.iter().copied().min());
        let choice = choice.into_iter().find(|release| having.contains(release));
        if let Some(release) = choice {
            let mut answers = question.answers.iter();
            let shards = answers.find(|(other, ..)| other == release);
            self.shards = shards
                .map_or(1, |(_, _, shards, _)| *shards)
                .clamp(1, MOST_SHARDS);
            if before != Some(release) {
                self.release = Some(Arc::from(release));
            }
            self.none = None;
        } else {
            let since = self.none.take().map_or(question.since, |(since, _)| since);
            self.release = None;
            self.none = Some((since, self.instead(question, now)));
        }
    }

    /// What the nodes have that has not the function.
    fn instead(&self, question: &Question, _: Instant) -> Option<String> {
        if question.answers.is_empty() {
            return None;
        }
        let name = self.name;
        let another = |(_, has, ..): &Answer| *has == Has::Another;
        if question.answers.iter().any(another) {
            return Some(format!(
                "the nodes of `{}` have a `{name}` with other arguments or another result, or of another version: start nodes of \
                 this release too",
                self.cluster.name
            ));
        }
        let mut similar: Vec<_> = question
            .answers
            .iter()
            .flat_map(|(.., names)| names)
            .collect();
        similar.sort();
        similar.dedup();
        let hint = match similar.first() {
            None => String::new(),
            Some(other) => format!(
                "; they have `{other}`: a function must be in a library that callers and nodes share"
            ),
        };
        Some(format!(
            "no node of `{}` has `{name}`{hint}",
            self.cluster.name
        ))
    }

    /// What its calls fail with once nobody has had it for so long.
    pub(super) fn verdict(&self, up_since: Instant, now: Instant) -> Option<Failure> {
        let (since, instead) = self.none.as_ref()?;
        let wait = self.cluster.wait_for_nodes;
        let waited = now.saturating_duration_since((*since).max(up_since));
        (waited >= wait).then(|| match instead {
            Some(text) => Failure::Mismatch(text.clone()),
            None => Failure::NoNodes(wait),
        })
    }
}

impl Desk {
    /// Where calls of this function go, if that is known. Whoever asks first has it asked.
    pub(super) fn known_route(
        &mut self,
        cluster: &'static Cluster,
        (key, shape, name): (u64, u64, &'static str),
        now: Instant,
    ) -> Option<Arc<str>> {
        let at = (cluster.name, key);
        let route = self.routes.entry(at).or_insert_with(|| Route {
            cluster,
            key,
            shape,
            name,
            release: None,
            shards: 1,
            asked_at: now.checked_sub(FRESH).unwrap_or(now),
            question: None,
            none: None,
        });
        let release = route.release.clone();
        let stale = now >= route.asked_at + if release.is_some() { FRESH } else { SEEK };
        if stale && route.question.is_none() {
            self.ask(at, now);
        }
        release
    }

    /// Asks one node of each release.
    pub(super) fn ask(&mut self, at: (&'static str, u64), now: Instant) {
        let number = self.number();
        let up = self.up_since().is_some();
        let Some(route) = self.routes.get_mut(&at).filter(|_| up) else {
            return;
        };
        route.asked_at = now;
        route.question = Some(Question {
            number,
            since: now,
            answers: Vec::new(),
            nobody: false,
            found: None,
        });
        let who = ToNode::Who {
            key: route.key,
            shape: route.shape,
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
        (release, has, shards, similar): Answer,
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
            question.answers.push((release, has, shards, similar));
        });
    }

    /// There is no node at all.
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
        let question = route.question.as_mut();
        if let Some(question) = question.filter(|question| question.number == number) {
            change(question);
            if route.is_settled(now) {
                self.settle(at, now);
            }
        }
    }

    /// Draws the conclusion, and sends on all calls that wait for it, or wait for nodes that are gone.
    pub(super) fn settle(&mut self, at: (&'static str, u64), now: Instant) {
        let Some(route) = self.routes.get_mut(&at) else {
            return;
        };
        let Some(question) = route.question.take() else {
            return;
        };
        self.asked.remove(&question.number);
        route.choose(&question, now);
        let Some(release) = route.release.clone() else {
            return;
        };
        let misplaced = |state: &State| match state {
            State::Routing => true,
            State::Queued(queued) => queued.release != release,
            State::Held | State::Running(_) => false,
        };
        let mine = self.calls.iter().filter(|(_, call)| {
            (call.new.cluster.name, call.new.key) == at && misplaced(&call.state)
        });
        let mut mine: Vec<_> = mine.map(|(id, _)| *id).collect();
        mine.sort_unstable();
        for id in mine {
            self.enqueue(id, Arc::clone(&release), now);
        }
    }
}
