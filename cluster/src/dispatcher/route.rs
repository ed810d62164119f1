//! One route: the release to which the calls of one function go, and the question that finds it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_offload_remote::Failure;

use crate::{
    cluster::{Cluster, MOST_SHARDS},
    message::Has,
};

/// How long an answer is used before it is checked again. With more, a new release of nodes is found later; with less, more questions are
/// sent.
pub(super) const FRESH: Duration = Duration::from_secs(10);
/// The same while calls wait. Shorter, because these calls may be waiting for nodes that are gone.
const LOOK: Duration = Duration::from_secs(1);
/// How often nodes are asked while none has the function. With more, calls begin later after the first node has started.
pub(super) const SEEK: Duration = Duration::from_millis(250);
/// How long to wait for further answers if the first one is of a node without the function. With less, a distant node that has it is missed
/// until the next question; with more, errors come later.
const WINDOW: Duration = Duration::from_millis(150);
/// How long to wait for the first answer. The connection may be slow, or busy with other messages, so a shorter silence says nothing.
const SILENCE: Duration = Duration::from_secs(3);
/// How long to wait for further answers, among which may be the caller's own release. Each first call waits for it, so it is short; with
/// less, calls go to another release more often.
const GRACE: Duration = Duration::from_millis(10);

/// How long calls stay in a queue although no node answers. Servers notice nodes that have disconnected, but not those that hang. With
/// less, nodes under load lose calls that they would have run; with more, calls wait longer for nodes that hang.
const HUNG: Duration = Duration::from_secs(60);

/// The answer of a node for its release.
#[derive(Debug)]
pub(crate) struct RouteAnswer {
    /// The hash of the release.
    pub(crate) release: String,
    pub(crate) has: Has,
    /// How many queues its nodes read.
    pub(crate) shards: u32,
    /// Functions of the same last name, if it does not have this one.
    pub(crate) similar: Vec<String>,
}

/// Identifies a route: a function of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct RouteKey {
    pub(super) cluster: &'static str,
    pub(super) function: u64,
}

/// The function for which a release is sought.
#[derive(Clone, Copy, Debug)]
pub(super) struct WantedFunction {
    pub(super) cluster: &'static Cluster,
    /// The hash of its name.
    pub(super) key: u64,
    pub(super) fingerprint: u64,
    pub(super) name: &'static str,
}

impl WantedFunction {
    pub(super) const fn route(&self) -> RouteKey {
        RouteKey {
            cluster: self.cluster.name,
            function: self.key,
        }
    }
}

/// The release to which the calls of one function go.
#[derive(Debug)]
pub(crate) struct Route {
    pub(super) function: WantedFunction,
    pub(super) release: Option<Arc<str>>,
    /// How many queues that release has.
    pub(super) shards: u32,
    pub(super) asked_at: Instant,
    pub(super) question: Option<Question>,
    /// The number in all its questions. So an answer that comes later than the next question counts too.
    pub(super) number: Option<u64>,
    /// When nodes were first found to lack the function, or to be silent, and the last answer.
    pub(super) none: Option<(Instant, Instead)>,
}

/// The last answer, if no node runs the function.
#[derive(Debug)]
pub(super) enum Instead {
    Silence,
    Nobody,
    /// There are nodes, but none runs it, for this reason.
    Others(String),
    Mute(String),
}

/// A question that has been sent.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) since: Instant,
    pub(super) answers: Vec<RouteAnswer>,
    /// When the first answer came.
    pub(super) heard: Option<Instant>,
    pub(super) nobody: bool,
    pub(super) found: Option<Instant>,
}

impl Route {
    /// A route for which the first question is due at once.
    pub(super) fn new(function: WantedFunction, now: Instant) -> Self {
        Self {
            function,
            release: None,
            shards: 1,
            asked_at: now.checked_sub(FRESH).unwrap_or(now),
            question: None,
            number: None,
            none: None,
        }
    }

    /// Forgets the question, since no answer will come.
    pub(super) fn reset(&mut self, now: Instant) {
        self.question = None;
        self.none = None;
        // The next question is due at once.
        self.asked_at = now.checked_sub(FRESH).unwrap_or(now);
    }

    /// Whether it is time to ask if calls wait. A question without an answer is sent again, because a node that stopped may have got it.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        let pause = if self.release.is_some() { LOOK } else { SEEK };
        let is_heard = |question: &Question| question.heard.is_some();
        !self.question.as_ref().is_some_and(is_heard) && now >= self.asked_at + pause
    }

    /// Whether the question has its answer, or has waited long enough.
    pub(super) fn is_settled(&self, now: Instant) -> bool {
        let Some(question) = &self.question else {
            return false;
        };
        let own = &self.function.cluster.own().word;
        let mine = |answer: &RouteAnswer| answer.has == Has::Yes && answer.release == *own;
        question.nobody
            || now >= self.patience(question)
            || question.answers.iter().any(mine)
            || question.found.is_some_and(|found| now >= found + GRACE)
    }

    /// How long to wait for further answers. That of the release used so far may take long, as a first one may.
    fn patience(&self, question: &Question) -> Instant {
        let is_used = |answer: &RouteAnswer| Some(&*answer.release) == self.release.as_deref();
        let has_all = self.release.is_none() || question.answers.iter().any(is_used);
        let heard = question.heard.filter(|_| has_all);
        heard.map_or(question.since + SILENCE, |heard| heard + WINDOW)
    }

    /// Chooses the release: the one used so far if it still has nodes, otherwise the caller's own, otherwise any. No answer does not mean
    /// that a release has no nodes.
    pub(super) fn choose(&mut self, question: &Question) {
        let answers = question.answers.iter();
        let having: Vec<&str> = answers
            .filter(|answer| answer.has == Has::Yes)
            .map(|answer| &*answer.release)
            .collect();
        let own = &*self.function.cluster.own().word;
        let before = self.release.as_deref();
        let choice = [before, Some(own)].into_iter().flatten();
        let choice = choice.chain(having.iter().copied().min());
        let choice = choice.into_iter().find(|release| having.contains(release));
        if let Some(release) = choice {
            let mut answers = question.answers.iter();
            let answer = answers.find(|answer| answer.release == *release);
            let shards = answer.map_or(1, |answer| answer.shards);
            self.shards = shards.clamp(1, MOST_SHARDS);
            if before != Some(release) {
                self.release = Some(Arc::from(release));
            }
            self.none = None;
        } else if question.answers.is_empty() && !question.nobody {
            self.none.get_or_insert((question.since, Instead::Silence));
        } else {
            let before = self.none.take().filter(|_| before.is_none());
            let since = before.map_or(question.since, |(since, _)| since);
            self.release = None;
            self.none = Some((since, self.instead(question)));
        }
    }

    /// The first call begins to wait. Forgets an earlier silence: nodes may have come since the last question.
    pub(super) fn is_waited_for(&mut self) {
        self.none
            .take_if(|(_, instead)| matches!(instead, Instead::Silence));
    }

    fn instead(&self, question: &Question) -> Instead {
        let mute = |answer: &RouteAnswer| answer.has == Has::Mute;
        if question.answers.iter().any(mute) {
            Instead::Mute(format!(
                "the nodes of `{}` have no right to send to the inbox of this process: let them publish to its prefix",
                self.function.cluster.name
            ))
        } else if question.answers.is_empty() {
            Instead::Nobody
        } else {
            Instead::Others(self.others(question))
        }
    }

    /// The functions of the nodes that answered, for the error.
    fn others(&self, question: &Question) -> String {
        let name = self.function.name;
        let another = |answer: &RouteAnswer| answer.has == Has::Another;
        if question.answers.iter().any(another) {
            return format!(
                "the nodes of `{}` have a `{name}` with other arguments or another result, or of another version: start nodes of \
                 this release too",
                self.function.cluster.name
            );
        }
        let mut similar: Vec<_> = question
            .answers
            .iter()
            .flat_map(|answer| &answer.similar)
            .collect();
        similar.sort();
        similar.dedup();
        let hint = match similar.first() {
            None => String::new(),
            Some(other) => format!(
                "; they have `{other}`: a function must be in a library that callers and nodes share"
            ),
        };
        format!(
            "no node of `{}` has `{name}`{hint}",
            self.function.cluster.name
        )
    }

    /// The failure of calls if no node has had the function for too long. `None` while a question waits for its answer.
    pub(super) fn verdict(&self, up_since: Instant, now: Instant) -> Option<Failure> {
        if self.question.is_some() {
            return None;
        }
        let (since, instead) = self.none.as_ref()?;
        let wait = self.function.cluster.wait_for_nodes;
        let waited = now.saturating_duration_since((*since).max(up_since));
        let is_hung = self.release.is_none() || waited >= HUNG;
        (is_hung && waited >= wait).then(|| match instead {
            Instead::Others(text) => Failure::Mismatch(text.clone()),
            Instead::Mute(text) => Failure::Unreachable(text.clone()),
            Instead::Silence | Instead::Nobody => Failure::NoNodes(wait),
        })
    }
}
