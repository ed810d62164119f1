//! What time does to a node: what is said again, what is given up, and what a new connection needs.

use std::time::{Duration, Instant};

use super::host::Host;
use crate::{link::denial::Denial, stream};

/// How long callers are remembered without a word of theirs.
const SILENCE: Duration = Duration::from_secs(4);

impl Host {
    /// A server that was gone may have forgotten the stream, and has forgotten the pulls.
    pub(super) fn reconnected(&mut self, up: Option<Instant>) {
        if up.is_none() {
            return;
        }
        let now = Instant::now();
        for served in &mut self.served {
            served.wanted = 0;
            served.missing = Some(now);
        }
        self.ask_again(now);
    }

    /// Time has passed.
    pub(super) async fn look(&mut self, until: Option<Instant>) {
        let now = Instant::now();
        // Also without a server: whoever ends a node does not wait for one to come back.
        if until.is_some_and(|until| now >= until) {
            self.end_all().await;
        }
        let Some(up_since) = *self.link.up().borrow() else {
            return;
        };
        for at in 0..self.served.len() {
            if self.served[at].missing.is_some_and(|when| now >= when) && !self.draining {
                let declared = self.declare(at).await;
                let later = now + Duration::from_millis(500);
                self.served[at].missing = declared.is_err().then_some(later);
            }
        }
        self.look_at_claims(up_since, now).await;
        self.look_at_answers(now).await;
        self.look_at_callers(up_since, now);
    }

    /// Makes what the node hears tickets through.
    pub(super) async fn declare(&self, at: usize) -> Result<(), String> {
        let served = &self.served[at];
        let client = &self.link.client;
        let declared = async {
            if self.manages {
                stream::declare(client, served.cluster).await?;
            }
            stream::consume(client, served.cluster.name, &served.release.word).await
        };
        let concerns = |denial: &Denial| stream::is_about(&denial.subject, served.cluster.name);
        self.link.unless_denied(concerns, declared).await
    }

    /// Ends bodies whose callers have died: nobody has asked for them for so long.
    fn look_at_callers(&mut self, up_since: Instant, now: Instant) {
        let heard = &self.heard;
        for ((caller, _), at_work) in &mut self.at_work {
            let last = heard.get(caller).copied().unwrap_or(at_work.since);
            if now >= last.max(at_work.since).max(up_since) + SILENCE {
                at_work.unwanted = true;
                at_work.stop = None;
            }
        }
        self.heard.retain(|_, last| now < *last + 10 * SILENCE);
    }

    /// What runs by now will not be waited for.
    async fn end_all(&mut self) {
        let keys: Vec<_> = self.at_work.keys().cloned().collect();
        for key in keys {
            let at = self.at_work.get_mut(&key);
            let Some((at_work, attempt)) = at.map(|at| (at.stop.take(), at.attempt)) else {
                continue;
            };
            if at_work.is_some() {
                self.leave(key, attempt).await;
            }
        }
    }
}
