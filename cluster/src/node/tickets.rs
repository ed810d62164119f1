//! How a node comes to calls: it pulls tickets, claims their calls from the callers, and starts what it is given.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use async_nats::{Message, StatusCode};
use tokio::sync::oneshot;
use tokio_offload::__private::node::{ATTEMPT, CALL_ID, WITHIN};

use super::host::{AtWork, Host, Key, Told};
use crate::{
    message::{Given, Grant, Outcome, Ticket, ToCaller, ToNode, read, write},
    node::body::Body,
    parts::Source,
    stream,
};

/// How soon a claim is sent again that is not answered.
const AGAIN: Duration = Duration::from_secs(1);
/// How long it is sent.
const LONGEST: Duration = Duration::from_secs(10);
/// How long after a reconnection callers may still be on their way back.
const SETTLE: Duration = Duration::from_secs(3);

/// A call that the node has a ticket for, and a free place.
#[derive(Debug)]
pub(super) struct Claim {
    at: usize,
    /// Where the server is told that the ticket is done with.
    ticket: Option<String>,
    first: Instant,
    asked: Option<Instant>,
    times: u32,
}

impl Host {
    pub(super) async fn from_inbox(&mut self, message: Message) {
        let own = message.subject.strip_prefix(&*self.inbox);
        let Some(about) = own.map(str::to_owned) else {
            return self.ticket(&message).await;
        };
        let mut about = about.split('.').skip(1);
        let (kind, number) = (
            about.next(),
            about.next().and_then(|text| text.parse().ok()),
        );
        match (kind, number) {
            (Some("t"), Some(at)) => self.pull_ended(at as usize, &message),
            (Some("g"), Some(number)) => self.grants(number, &message).await,
            _ => {}
        }
    }

    /// Asks for as many tickets as there are free places: not for each that becomes free.
    pub(super) async fn pull(&mut self) {
        let free = self.slots.saturating_sub(self.busy);
        if self.draining || free == 0 || self.link.up().borrow().is_none() {
            return;
        }
        let few = (self.slots / 4).max(1);
        let now = Instant::now();
        for at in 0..self.served.len() {
            let inbox = format!("{}.t.{at}", self.inbox);
            let served = &mut self.served[at];
            let stands = Duration::from_secs(5) + stream::PULL;
            if served.pulled.is_some_and(|pulled| now >= pulled + stands) {
                // No word of its end has come.
                served.wanted = 0;
            }
            let more = free.saturating_sub(served.wanted);
            if served.missing.is_none() && (more >= few || more > 0 && served.wanted == 0) {
                served.wanted += more;
                served.pulled = Some(now);
                let name = served.cluster.name;
                let (subject, payload) = stream::pull(name, &served.release.word, more);
                self.send(subject, Some(inbox), payload).await;
            }
        }
    }

    /// A pull has ended with so many tickets that did not come, or there is nothing to pull from.
    fn pull_ended(&mut self, at: usize, message: &Message) {
        let Some(served) = self.served.get_mut(at) else {
            return;
        };
        let pending = message.headers.as_ref();
        let pending = pending.and_then(|headers| headers.get("Nats-Pending-Messages"));
        let pending = pending.and_then(|value| value.as_str().parse().ok());
        match message.status.map(|status| status.as_u16()) {
            Some(100) => {}
            Some(404 | 408) => {
                served.wanted = served
                    .wanted
                    .saturating_sub(pending.unwrap_or(served.wanted))
            }
            _ => {
                served.wanted = 0;
                served.missing = Some(Instant::now() + Duration::from_millis(100));
            }
        }
    }

    async fn ticket(&mut self, message: &Message) {
        let token = message.subject.split('.').nth(2);
        let at = self
            .served
            .iter()
            .position(|served| Some(served.cluster.name) == token);
        let ack = message.reply.as_ref().map(ToString::to_string);
        let (Some(at), Some(ack)) = (at, ack) else {
            return;
        };
        self.served[at].wanted = self.served[at].wanted.saturating_sub(1);
        let Ok(Ticket { inbox, call }) = read(&message.payload) else {
            // Whoever wrote it speaks another version, which no node of this release will ever understand.
            return self.send(ack, None, b"+TERM".to_vec()).await;
        };
        let key: Key = (Arc::from(inbox), call);
        if self.claims.contains_key(&key) || self.at_work.contains_key(&key) {
            return self.send(ack, None, b"+ACK".to_vec()).await;
        }
        if self.draining || self.busy >= self.slots {
            return self.send(ack, None, b"-NAK".to_vec()).await;
        }
        self.busy += 1;
        let claim = Claim {
            at,
            ticket: Some(ack),
            first: Instant::now(),
            asked: None,
            times: 0,
        };
        self.claims.insert(key, claim);
    }

    /// Sends the claims that have not been sent, those of one caller together.
    pub(super) async fn claim(&mut self) {
        let new = self
            .claims
            .iter_mut()
            .filter(|(_, claim)| claim.asked.is_none());
        let mut by_caller: BTreeMap<(Arc<str>, usize), Vec<u64>> = BTreeMap::new();
        let now = Instant::now();
        for ((caller, call), claim) in new {
            claim.asked = Some(now);
            claim.times += 1;
            let calls = by_caller.entry((Arc::clone(caller), claim.at)).or_default();
            calls.push(*call);
        }
        for ((caller, at), mut calls) in by_caller {
            calls.sort_unstable();
            self.numbers += 1;
            let keys = calls.iter().map(|call| (Arc::clone(&caller), *call));
            self.asked.insert(self.numbers, keys.collect());
            let claim = ToCaller::Claim {
                node: self.id.clone(),
                host: self.name.clone(),
                calls,
            };
            let subject = format!("{caller}.c.{}", self.served[at].cluster.name);
            let reply = format!("{}.g.{}", self.inbox, self.numbers);
            self.send(subject, Some(reply), write(&claim)).await;
        }
    }

    async fn grants(&mut self, number: u64, message: &Message) {
        let Some(asked) = self.asked.remove(&number) else {
            return;
        };
        if message.status == Some(StatusCode::NO_RESPONDERS) {
            return self.caller_gone(asked).await;
        }
        let Ok(ToNode::Grants(grants)) = read(&message.payload) else {
            return;
        };
        let Some((caller, _)) = asked.first().cloned() else {
            return;
        };
        self.heard.insert(Arc::clone(&caller), Instant::now());
        for grant in grants {
            let call = match &grant {
                Grant::Refused(call) => *call,
                Grant::Given(given) => given.start.0,
            };
            // What is not claimed any more has been answered before.
            let key = (Arc::clone(&caller), call);
            let Some(claim) = self.claims.remove(&key) else {
                continue;
            };
            if let Some(ticket) = claim.ticket {
                self.send(ticket, None, b"+ACK".to_vec()).await;
            }
            match grant {
                Grant::Refused(_) => self.busy -= 1,
                Grant::Given(given) => self.given(claim.at, key, *given).await,
            }
        }
    }

    /// Nobody hears the claims. If the caller may have given a call and only its word was lost, it is asked for a while.
    async fn caller_gone(&mut self, asked: Vec<Key>) {
        let now = Instant::now();
        let settled = self.link.up().borrow().is_some_and(|up| now >= up + SETTLE);
        for key in asked {
            let once = self.claims.get(&key).is_some_and(|claim| claim.times == 1);
            if settled && once {
                self.drop_claim(&key).await;
            }
        }
    }

    async fn drop_claim(&mut self, key: &Key) {
        let Some(claim) = self.claims.remove(key) else {
            return;
        };
        self.busy -= 1;
        if let Some(ticket) = claim.ticket {
            self.send(ticket, None, b"+ACK".to_vec()).await;
        }
    }

    /// Claims that have no answer are sent again, and given up at last.
    pub(super) async fn look_at_claims(&mut self, up_since: Instant, now: Instant) {
        let mut over = Vec::new();
        for (key, claim) in &mut self.claims {
            if now >= claim.first.max(up_since) + LONGEST {
                over.push(key.clone());
            } else if claim.asked.is_some_and(|asked| now >= asked + AGAIN) {
                claim.asked = None;
            }
        }
        for key in over {
            self.drop_claim(&key).await;
        }
        if self.claims.is_empty() {
            self.asked.clear();
        }
    }

    /// The connection is new: whatever was asked may be lost.
    pub(super) fn ask_again(&mut self, now: Instant) {
        for claim in self.claims.values_mut() {
            claim.asked = None;
        }
        for answer in self.answers.values_mut() {
            answer.sent = now.checked_sub(AGAIN).unwrap_or(now);
        }
    }

    /// The call is the node's. Its place is taken from here on, and free again when nothing of it is left.
    async fn given(&mut self, at: usize, key: Key, given: Given) {
        let (call, attempt) = given.start;
        let served = &self.served[at];
        let function = served.functions.get(&given.key).copied();
        let function = function.filter(|function| served.cluster.shape_of(function) == given.shape);
        let total = usize::try_from(given.total).unwrap_or(usize::MAX);
        let limit = served.cluster.max_message;
        let (Some(function), true) = (function, total <= limit) else {
            self.busy -= 1;
            let outcome = match function {
                None => Outcome::Unable("it has no such function".to_owned()),
                Some(_) => Outcome::TooLarge {
                    bytes: given.total,
                    limit: limit as u64,
                },
            };
            return self.answer(at, key, attempt, outcome).await;
        };
        let (stop, stopped) = oneshot::channel();
        let (tell, caller) = (self.tell.clone(), Arc::clone(&key.0));
        let ended = {
            let (tell, key) = (self.tell.clone(), key.clone());
            move |outcome| {
                // A node that is gone is told nothing.
                let _ = tell.send(Told::Ended(at, key, attempt, outcome));
            }
        };
        let headers = headers(given.headers, &caller, (call, attempt), served.cluster.name);
        let now_at_work = AtWork {
            attempt,
            at,
            since: Instant::now(),
            stop: Some(stop),
            unwanted: false,
        };
        self.at_work.insert(key, now_at_work);
        let body = Body {
            function,
            arguments: given.first,
            headers,
            limit: given.limit,
            stop: stopped,
            ended: Box::new(ended),
        };
        if body.arguments.len() == total {
            let occupied = self.place.start(body);
            tokio::spawn(async move {
                let free = Free(tell);
                occupied.await;
                drop(free);
            });
        } else {
            self.start_large(body, (caller, (call, attempt)), total, Free(tell));
        }
    }

    /// Fetches what is missing of the arguments, and starts the body then.
    fn start_large(
        &self,
        mut body: Body,
        (caller, start): (Arc<str>, (u64, u32)),
        total: usize,
        free: Free,
    ) {
        let client = self.link.client.clone();
        let place = Arc::clone(&self.place);
        tokio::spawn(async move {
            let subject = format!("{caller}.g");
            let first = std::mem::take(&mut body.arguments);
            let source = Source {
                client: &client,
                subject: &subject,
                ask: &|at| write(&ToCaller::Part { start, at }),
                open: &|payload| match read(payload) {
                    Ok(ToNode::Bytes(bytes)) => Some(bytes),
                    _ => None,
                },
            };
            let arguments = tokio::select! {
                arguments = source.rest(first, total) => arguments,
                _ = &mut body.stop => {
                    (body.ended)(Outcome::Cancelled);
                    return drop(free);
                }
            };
            match arguments {
                Some(arguments) => {
                    body.arguments = arguments;
                    place.start(body).await;
                }
                None => (body.ended)(Outcome::Unable("its arguments are gone".to_owned())),
            }
            drop(free);
        });
    }
}

/// Tells that a place is free, however what took it ends.
struct Free(tokio::sync::mpsc::UnboundedSender<Told>);

impl Drop for Free {
    fn drop(&mut self) {
        let _ = self.0.send(Told::Free);
    }
}

/// What the caller sent along, and what the body can ask of its call.
fn headers(
    mut headers: Vec<(String, String)>,
    caller: &str,
    (call, attempt): (u64, u32),
    cluster: &str,
) -> Vec<(String, String)> {
    let within = headers.iter().find(|(name, _)| name == WITHIN);
    let within = match within {
        Some((_, places)) => format!("{places},{cluster}"),
        None => cluster.to_owned(),
    };
    headers.retain(|(name, _)| ![CALL_ID, ATTEMPT, WITHIN].contains(&&**name));
    let id = caller.rsplit('.').next().unwrap_or(caller);
    headers.push((CALL_ID.to_owned(), format!("{id}-{call}")));
    headers.push((ATTEMPT.to_owned(), attempt.to_string()));
    headers.push((WITHIN.to_owned(), within));
    headers
}
