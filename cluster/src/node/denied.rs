//! Handles refusals of the servers. Some end the node; others concern the calls of one caller.

use std::time::{Duration, Instant};

use super::{
    state::{NodeState, Served},
    tickets::used,
};
use crate::{link::Denial, names, stream};

/// How long a refusal is remembered. Then the node tries again, since rights may have been given. With less, more messages are refused;
/// with more, calls wait longer after rights were given.
const REMEMBERED: Duration = Duration::from_secs(30);
/// How many refusals are remembered at most. It bounds memory. The calls of further callers are claimed, and their answers are refused.
const MOST: usize = 64;

fn prefix(inbox: &str) -> Option<&str> {
    inbox.split_once('.').map(|(prefix, _)| prefix)
}

impl NodeState {
    /// Whether a node cannot serve after this refusal.
    pub(super) fn is_vital(&self, denial: &Denial) -> bool {
        if denial.is_login() {
            return true;
        }
        if !denial.is_hearing {
            let pulls = |served: &Served| {
                let (subject, _) = stream::pull(served.queue(), &served.release.word, (1, false));
                denial.subject == subject
            };
            let acknowledges =
                |served: &Served| stream::is_ack(&denial.subject, served.cluster.name);
            return self
                .served
                .iter()
                .any(|served| pulls(served) || acknowledges(served));
        }
        let prefix = self.inbox.split('.').next().unwrap_or_default();
        let hears = |served: &Served| {
            let name = served.cluster.name;
            [
                names::who(name),
                names::all(name),
                names::node(name, &self.id),
            ]
            .contains(&denial.subject)
        };
        denial.is_below(prefix) || self.served.iter().any(hears)
    }

    /// Whether the servers have lately refused a message to the inbox with this subject, or to another one with the same prefix. The answer
    /// to a question gets through all the same, so the caller can be told.
    pub(super) fn is_mute_to(&self, subject: &str) -> bool {
        let said = prefix(subject).and_then(|prefix| self.mute.get(prefix));
        said.is_some_and(|said| said.elapsed() < REMEMBERED)
    }

    /// The server refused a message to that subject. The node claims no calls of a caller to which it may not send.
    pub(super) async fn mute(&mut self, subject: &str) {
        self.refused_echo(subject).await;
        let is_answer = self.forget_refused(subject);
        let of = |caller: &str| {
            let rest = subject.strip_prefix(caller);
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        let ids = self.claims.keys().filter(|id| of(&id.caller));
        let ids: Vec<_> = ids.cloned().collect();
        if let (Some(prefix), false) = (prefix(subject), ids.is_empty() && !is_answer) {
            self.mute.retain(|_, said| said.elapsed() < REMEMBERED);
            if self.mute.len() < MOST {
                self.mute.insert(prefix.to_owned(), Instant::now());
            }
        }
        for id in ids {
            self.drop_claim(&id, used()).await;
        }
    }
}
