//! The timed work of a node: it repeats messages, drops claims and callers, and restores what a new connection needs.

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{sync::mpsc::UnboundedSender, time::timeout};

use super::{
    error::NodeError,
    state::{NodeState, Served},
    work::NodeEvent,
};
use crate::{
    link::{Denial, Link, denied},
    stream::{self, GivenTickets, Refusal},
};

/// How long after a part of arguments, or the first request for one, their caller counts as sending. On a slower connection no arguments
/// would arrive within their limits.
const SENDS: Duration = Duration::from_secs(10);
/// The longest time between two ticks. After a longer one this process was stopped. With less, a machine under load looks stopped, and
/// silence is ignored more often.
const ASLEEP: Duration = Duration::from_secs(2);
/// How long servers may take to be ready, as when a cluster of servers starts, and how often they are asked. With less, nodes that start
/// at the same time fail; with more, a wrong configuration is reported later.
const READY: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(250);
/// When a queue is declared once more, after this was not possible, or there was a new connection meanwhile.
const AFTER: Duration = Duration::from_millis(500);
/// For how long a node that has connected again looks for tickets that it cannot read, before it takes calls and looks for the others
/// meanwhile. With more, calls may wait longer after a connection; with less, such a ticket may end the new one.
const SEARCH: Duration = Duration::from_secs(1);

impl NodeState {
    /// A server that was restarted may have lost the stream, and has lost the pulls.
    pub(super) fn reconnected(&mut self, up: Option<Instant>) {
        if up.is_none() {
            return;
        }
        let now = Instant::now();
        for served in &mut self.served {
            served.reconnected(now);
        }
        self.ask_again();
    }

    /// Does all that is due.
    pub(super) async fn look(&mut self, until: Option<Instant>) {
        let now = Instant::now();
        // Also without a server, because a node that is ending does not wait for one.
        if until.is_some_and(|until| now >= until) {
            self.end_all().await;
        }
        self.wake_up(now);
        let Some(up_since) = *self.link.up().borrow() else {
            return;
        };
        let up_since = up_since.max(self.seen.awake);
        for at in 0..self.served.len() {
            let served = &self.served[at];
            let is_due = served.missing.is_some_and(|when| now >= when);
            if is_due && !served.declaring && !self.draining {
                self.declare_again(at);
            }
        }
        self.look_at_claims(up_since, now).await;
        self.look_at_answers(up_since, now).await;
        self.uplink.look(now);
        self.carry().await;
        self.look_at_callers(up_since, now);
    }

    /// Callers that seem silent because this process was stopped are not: what they said meanwhile has not been read.
    fn wake_up(&mut self, now: Instant) {
        if now.saturating_duration_since(self.seen.looked) > ASLEEP {
            self.seen.awake = now;
        }
        self.seen.looked = now;
    }

    /// Makes the stream, or looks whether it is there as it must be, and makes the consumer for tickets. Returns which tickets
    /// nodes of this release were given.
    fn declare(
        &self,
        at: usize,
    ) -> impl Future<Output = Result<GivenTickets, Refusal>> + Send + use<> {
        let served = &self.served[at];
        let (cluster, shard) = (served.cluster, served.shard);
        let (release, link) = (served.release.word.clone(), Arc::clone(&self.link));
        let manages = self.manages;
        let prefix = self.inbox.split('.').next().unwrap_or_default().to_owned();
        async move {
            let to = link.jetstream();
            let declared = async {
                if manages {
                    stream::declare(&to, cluster, shard).await?;
                } else {
                    stream::check(&to, cluster.name, shard).await?;
                }
                stream::consume(&to, (cluster.name, shard), &release).await
            };
            let concerns = |denial: &Denial| {
                let is_deaf = denial.is_hearing && denial.is_below(&prefix);
                let searches = stream::searches((cluster.name, shard), &denial.subject);
                is_deaf || stream::is_about(&denial.subject, cluster.name) && !searches
            };
            let mut denials = link.denials();
            tokio::select! {
                declared = declared => declared,
                denial = denied(&mut denials, concerns) => Err(Refusal::denied(denial.text)),
            }
        }
    }

    /// The same for all queues at the start. It waits for servers that are not ready.
    pub(super) async fn declare_all(&self) -> Result<(), NodeError> {
        let until = Instant::now() + READY;
        for at in 0..self.served.len() {
            while let Err(refusal) = self.declare(at).await {
                if !refusal.is_temporary || Instant::now() >= until {
                    return Err(NodeError::text(refusal.text));
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(())
    }

    /// The same in a task, because servers that have lost one of them may take long to answer.
    fn declare_again(&mut self, at: usize) {
        let served = &mut self.served[at];
        let is_suspicious = served.begins_to_declare();
        let search = Search {
            at,
            queue: served.queue(),
            release: served.release.word.clone(),
            link: Arc::clone(&self.link),
            events: self.events.clone(),
        };
        let looked_at = served.looked_at;
        let (declare, events) = (self.declare(at), self.events.clone());
        let task = tokio::spawn(async move {
            let made = declare.await;
            // If the node has ended, it needs no event.
            let tell = || drop(events.send(NodeEvent::Declared(at, made.is_ok())));
            let (Ok(given), true) = (&made, is_suspicious) else {
                return tell();
            };
            let mut searched = pin!(search.run(given.after(looked_at)));
            let ended = timeout(SEARCH, searched.as_mut()).await;
            tell();
            if ended.is_err() {
                searched.await;
            }
        });
        if is_suspicious {
            self.served[at].search.replace(task.abort_handle());
        }
    }

    /// A search has left these tickets to be looked at.
    pub(super) fn looked_at(&mut self, at: usize, left: GivenTickets) {
        let served = &mut self.served[at];
        served.looked_at = left.after(served.looked_at);
    }

    pub(super) fn declared(&mut self, at: usize, made: bool) {
        self.served[at].declared(made, Instant::now());
    }

    /// Ends bodies that their callers have not named for so long that the callers count as dead, or have given up the calls and could
    /// not say so.
    fn look_at_callers(&mut self, up_since: Instant, now: Instant) {
        self.sends.retain(|_, last| now < *last + SENDS);
        for (id, at_work) in &mut self.at_work {
            let silence = now.saturating_duration_since(at_work.named.max(up_since));
            if at_work.is_abandoned(silence, self.sends.contains_key(&id.caller)) {
                at_work.unwanted = true;
                at_work.stop = None;
            }
        }
    }

    /// Ends all bodies that are still running.
    async fn end_all(&mut self) {
        let ids: Vec<_> = self.at_work.keys().cloned().collect();
        for id in ids {
            let at = self.at_work.get_mut(&id);
            let Some((at_work, attempt)) = at.map(|at| (at.stop.take(), at.attempt)) else {
                continue;
            };
            if at_work.is_some() {
                self.leave(&id, attempt).await;
            }
        }
    }
}

impl Served {
    fn reconnected(&mut self, now: Instant) {
        self.forget_requests();
        self.missing = Some(now);
        self.suspicious = true;
    }

    /// Returns whether a ticket may have ended the connection.
    const fn begins_to_declare(&mut self) -> bool {
        self.declaring = true;
        std::mem::replace(&mut self.suspicious, false)
    }

    fn declared(&mut self, made: bool, now: Instant) {
        self.declaring = false;
        self.suspicious |= !made;
        // There may have been a new connection meanwhile.
        self.missing = self.suspicious.then_some(now + AFTER);
    }
}

/// A search for tickets that may have ended the connection.
struct Search {
    /// The index of the queue among those of the node.
    at: usize,
    queue: (&'static str, u32),
    release: String,
    link: Arc<Link>,
    events: UnboundedSender<NodeEvent>,
}

impl Search {
    /// Removes them.
    async fn run(&self, given: GivenTickets) {
        let to = self.link.jetstream();
        let left = |left| drop(self.events.send(NodeEvent::LookedAt(self.at, left)));
        let removed = async {
            let search = (given, left);
            let removed = stream::remove_unreadable(&to, self.queue, &self.release, search).await;
            removed.map_err(|refusal| refusal.text)
        };
        let concerns = |denial: &Denial| stream::searches(self.queue, &denial.subject);
        // Without the right to remove them, the server does so when they are too old.
        let _ = self.link.unless_denied(concerns, removed).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cluster::Cluster, release::Release};

    /// The server that made it may have been another one.
    #[test]
    fn a_queue_is_declared_once_more_after_a_connection_meanwhile() {
        static CLUSTER: Cluster = Cluster::new("declared");
        let release = Release {
            word: String::new(),
            functions: Vec::new(),
        };
        let (mut served, now) = (Served::new(&CLUSTER, 0, release), Instant::now());
        served.reconnected(now);
        assert_eq!(served.missing, Some(now));
        assert!(served.begins_to_declare());
        served.reconnected(now);
        served.declared(true, now);
        assert_eq!(served.missing, Some(now + AFTER));
        assert!(served.begins_to_declare(), "its tickets are searched too");
        served.declared(false, now);
        assert_eq!(served.missing, Some(now + AFTER));
        served.begins_to_declare();
        served.declared(true, now);
        assert_eq!(served.missing, None);
    }
}
