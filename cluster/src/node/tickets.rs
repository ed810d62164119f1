//! Takes calls: pulls tickets from the queues, and claims their calls from the callers.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use async_nats::Message;

use super::{
    state::{NodeState, Served},
    work::{CallId, Claim},
};
use crate::{
    message::{ClaimedCall, Ticket, ToCaller, read, write},
    names,
    parts::part_of,
    stream,
};

/// How long the server may be silent about requests for tickets: two heartbeats.
const SILENT: Duration = stream::HEARTBEAT.saturating_mul(2);
/// How soon a claim without an answer is sent again, and for how long. The numbers here were not measured: a caller answers within
/// milliseconds, and one that is restarting its connection within seconds.
const AGAIN: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(10);
/// How long a caller that did not answer in time is remembered. With less, its tickets take slots from the calls of others again sooner.
const FORGOTTEN: Duration = Duration::from_secs(60);
/// When a ticket is tried again whose caller is silent, or whose call this node has. With less, such tickets come back more often.
const LATER: Duration = Duration::from_secs(2);
/// How soon a stream that does not exist is made. With less, nodes ask servers more often; with more, calls begin later.
const MISSING: Duration = Duration::from_millis(100);
/// How many calls one claim may have. Callers read no more.
const MOST: usize = 1024;
/// How long after a reconnection callers may still be reconnecting, as for nodes in `dispatcher/nodes.rs`.
const SETTLE: Duration = Duration::from_secs(3);

impl NodeState {
    pub(super) async fn inbox(&mut self, message: Message) {
        let own = message.subject.strip_prefix(&*self.inbox);
        let Some(about) = own.map(str::to_owned) else {
            return self.ticket(&message).await;
        };
        let about = about.trim_start_matches('.');
        let number = |kind| about.strip_prefix(kind)?.parse::<u64>().ok();
        if let Some(number) = number("g.") {
            self.grants(number, &message).await;
        } else if let Some(number) = number("e.") {
            self.echoed(number).await;
        } else if let Some(at) = (0..self.served.len()).find(|at| self.pulls(*at) == about) {
            self.pull_ended(at, &message);
        }
    }

    /// Requests as many tickets as there are free slots, and not one each time that a slot becomes free.
    pub(super) async fn pull(&mut self) {
        let free = self.slots.saturating_sub(self.busy);
        if self.draining
            || self.is_paused()
            || free == 0
            || self.is_full()
            || self.link.up().borrow().is_none()
        {
            return;
        }
        let few = (self.slots / 4).max(1);
        let now = Instant::now();
        for at in 0..self.served.len() {
            if self.is_behind(at) {
                continue;
            }
            let inbox = format!("{}.{}", self.inbox, self.pulls(at));
            let served = &mut self.served[at];
            if served.heard.is_some_and(|heard| now >= heard + SILENT) {
                // The server does not have the requests any more, and could not say so.
                served.forget_requests();
            }
            let more = free.saturating_sub(served.wanted);
            if served.missing.is_none() && (more >= few || more > 0 && served.wanted == 0) {
                served.wanted += more;
                served.heard = Some(now);
                let queue = served.queue();
                let now_only = served.has_more;
                served.at_once += if now_only { more } else { 0 };
                let (subject, payload) =
                    stream::pull(queue, &served.release.word, (more, now_only));
                let subject = names::in_domain(self.link.domain.as_deref(), subject);
                self.send(subject, Some(inbox), payload).await;
            }
        }
    }

    /// A pull has ended without some of its tickets, or the stream to pull from does not exist.
    fn pull_ended(&mut self, at: usize, message: &Message) {
        let Some(served) = self.served.get_mut(at) else {
            return;
        };
        served.has_more = false;
        served.at_once = 0;
        let pending = message.headers.as_ref();
        let pending = pending.and_then(|headers| headers.get("Nats-Pending-Messages"));
        let pending = pending.and_then(|value| value.as_str().parse().ok());
        match message.status.map(|status| status.as_u16()) {
            Some(100) => served.heard = Some(Instant::now()),
            Some(404 | 408) => {
                let gone = pending.unwrap_or(served.wanted);
                served.wanted = served.wanted.saturating_sub(gone);
            }
            _ => {
                // One that has as many requests as it may have gets none for longer.
                let is_busy = message.description.as_deref();
                let is_busy = is_busy.is_some_and(|text| text.contains("MaxWaiting"));
                let pause = if is_busy { LATER } else { MISSING };
                served.forget_requests();
                served.missing = Some(Instant::now() + pause);
            }
        }
    }

    /// The queue to which tickets of this subject belong.
    fn served_at(&self, subject: &str) -> Option<usize> {
        let mut tokens = subject.split('.').skip(2);
        let name = tokens.next();
        let shard = tokens.next().and_then(|shard| shard.parse().ok());
        let is_it =
            |served: &Served| (Some(served.cluster.name), Some(served.shard)) == (name, shard);
        self.served.iter().position(is_it)
    }

    async fn ticket(&mut self, message: &Message) {
        let ack = message.reply.as_ref().map(ToString::to_string);
        let (Some(at), Some(ack)) = (self.served_at(&message.subject), ack) else {
            return;
        };
        self.served[at].arrived();
        self.note_more(at, &ack);
        let Some(Ticket {
            inbox,
            call,
            secret,
        }) = ticket_in(&message.payload)
        else {
            // Another version wrote it, which no node of this release can read, or an attacker did.
            return self.send(ack, None, b"+TERM".to_vec()).await;
        };
        let id = CallId::new(Arc::from(inbox), call);
        // The call may need this very ticket later: for its next attempt, or if the claim gets no answer.
        let has_it = self.claims.contains_key(&id) || self.at_work.contains_key(&id);
        if has_it || self.is_silent(&id.caller) {
            return self.send(ack, None, later()).await;
        }
        let has_slot = self.busy < self.slots && !self.is_full() && !self.is_paused();
        if self.draining || !has_slot || self.is_behind(at) {
            self.served[at].has_more = true;
            return self.send(ack, None, b"-NAK".to_vec()).await;
        }
        self.busy += 1;
        let claim = Claim {
            at,
            ticket: Some(ack),
            secret,
            first: Instant::now(),
            asked: None,
            times: 0,
        };
        self.unanswered.remove(&id);
        self.claims.insert(id, claim);
    }

    /// Tells the server which tickets are used. That is done together with the next result, or soon: a message of its own would delay the
    /// body, and cost the server and this machine as much as the result.
    pub(super) async fn tell_used(&mut self) {
        while let Some(ticket) = self.used.pop() {
            self.send(ticket, None, used()).await;
        }
    }

    /// Whether the caller has not answered a claim in time and still has one, as when it was stopped. Its other tickets wait in the queue,
    /// and not in slots that the calls of others need.
    pub(super) fn is_silent(&self, caller: &Arc<str>) -> bool {
        let mut claims = self.claims.keys();
        self.silent.contains_key(caller) && claims.any(|id| id.caller == *caller)
    }

    /// Sends new claims, those to one caller together.
    pub(super) async fn claim(&mut self) {
        self.claim_unanswered();
        let new = self
            .claims
            .iter_mut()
            .filter(|(_, claim)| claim.asked.is_none());
        let mut by_caller: BTreeMap<(Arc<str>, usize), Vec<ClaimedCall>> = BTreeMap::new();
        let now = Instant::now();
        for (id, claim) in new {
            claim.asked = Some(now);
            claim.times += 1;
            let calls = by_caller
                .entry((Arc::clone(&id.caller), claim.at))
                .or_default();
            let (call, secret) = (id.call, claim.secret);
            calls.push(ClaimedCall { call, secret });
        }
        // As many as fit into one message.
        let most = (part_of(&self.link.client.get()) / 32).clamp(1, MOST);
        for ((caller, at), mut calls) in by_caller {
            calls.sort_unstable();
            for calls in calls.chunks(most) {
                self.claim_those((&caller, at), calls).await;
            }
        }
    }

    async fn claim_those(&mut self, (caller, at): (&Arc<str>, usize), calls: &[ClaimedCall]) {
        let number = self.number();
        let id = |claimed: &ClaimedCall| CallId::new(Arc::clone(caller), claimed.call);
        self.asked.insert(number, calls.iter().map(id).collect());
        let claim = ToCaller::Claim {
            node: self.id.clone(),
            host: self.name.clone(),
            calls: calls.to_vec(),
        };
        let subject = format!("{caller}.c.{}", self.served[at].cluster.name);
        let reply = format!("{}.g.{number}", self.inbox);
        self.send(subject, Some(reply), write(&claim)).await;
    }

    /// No process received the claims. They are repeated for a while if the caller may have granted a call and only the grant was lost.
    pub(super) async fn caller_gone(&mut self, asked: Vec<CallId>) {
        let now = Instant::now();
        let settled = self.link.up().borrow().is_some_and(|up| now >= up + SETTLE);
        for id in asked {
            let Some(claim) = self.claims.get_mut(&id) else {
                continue;
            };
            self.silent.remove(&id.caller);
            // This attempt did not count.
            claim.times = claim.times.saturating_sub(1);
            if settled && claim.times == 0 {
                self.drop_claim(&id, used()).await;
            }
        }
    }

    /// Gives up a claim, and tells the server what to do with its ticket.
    pub(super) async fn drop_claim(&mut self, id: &CallId, what: Vec<u8>) -> Option<Claim> {
        let mut claim = self.claims.remove(id)?;
        self.busy -= 1;
        if let Some(ticket) = claim.ticket.take() {
            self.send(ticket, None, what).await;
        }
        Some(claim)
    }

    /// Sends claims without an answer again, and returns their tickets in the end.
    pub(super) async fn look_at_claims(&mut self, up_since: Instant, now: Instant) {
        let mut over = Vec::new();
        for (id, claim) in &mut self.claims {
            if now >= claim.first.max(up_since) + LONGEST {
                over.push(id.clone());
            } else if claim.asked.is_some_and(|asked| now >= asked + AGAIN) {
                claim.asked = None;
                self.silent.insert(Arc::clone(&id.caller), now);
            }
        }
        for id in over {
            self.give_up(id, later(), now).await;
        }
        self.unanswered.forget_old(now);
        self.silent.retain(|_, noticed| now < *noticed + FORGOTTEN);
        let claims = &self.claims;
        self.asked
            .retain(|_, ids| ids.iter().any(|id| claims.contains_key(id)));
    }

    /// The connection is new, so requests may be lost.
    pub(super) fn ask_again(&mut self) {
        for claim in self.claims.values_mut() {
            claim.asked = None;
        }
        self.answers.all_again();
        self.uplink.reset();
    }
}

/// The ticket of a message, if it can be one.
fn ticket_in(payload: &[u8]) -> Option<Ticket> {
    let ticket: Option<Ticket> = read(payload).ok();
    ticket.filter(|ticket| names::is_inbox(&ticket.inbox))
}

/// Removes a ticket from the queue.
pub(super) fn used() -> Vec<u8> {
    b"+ACK".to_vec()
}

/// Returns a ticket to the queue, to be given to a node after a while.
fn later() -> Vec<u8> {
    format!("-NAK {{\"delay\": {}}}", LATER.as_nanos()).into_bytes()
}
