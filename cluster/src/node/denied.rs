//! Handles refusals of the servers. Some end the node; others concern the calls of one caller.

use super::host::{Host, Served};
use crate::{link::Denial, names, stream};

impl Host {
    /// Whether a node cannot serve after this refusal.
    pub(super) fn is_vital(&self, denial: &Denial) -> bool {
        if !denial.is_hearing {
            let pulls = |served: &Served| {
                let (subject, _) = stream::pull(served.place(), &served.release.word, (1, false));
                denial.subject == subject
            };
            return self.served.iter().any(pulls);
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

    /// The server refused a message to that subject. The node claims no calls of a caller to which it may not send.
    pub(super) async fn mute(&mut self, subject: &str) {
        let of = |caller: &str| {
            let rest = subject.strip_prefix(caller);
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        let keys = self.claims.keys().filter(|(caller, _)| of(caller));
        let keys: Vec<_> = keys.cloned().collect();
        for key in keys {
            self.drop_claim(&key).await;
        }
    }
}
