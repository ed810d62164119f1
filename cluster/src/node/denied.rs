//! What the servers refuse to a node: without some of it there is no node, without the rest there are no calls of somebody.

use super::host::{Host, Served};
use crate::{link::Denial, names, stream};

impl Host {
    /// Whether a node that is refused this cannot serve.
    pub(super) fn is_vital(&self, denial: &Denial) -> bool {
        if !denial.is_hearing {
            let pulls = |served: &Served| {
                let (subject, _) = stream::pull(served.place(), &served.release.word, 1);
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

    /// The server refused what was to go there: nothing is claimed of a caller that may not be spoken to.
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
