//! Handles grants: starts the bodies, and gives them what they can ask of their calls.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

use async_nats::{Message, StatusCode};
use tokio::sync::oneshot;
use tokio_offload::__private::node::{ATTEMPT, CALL_ID, WITHIN};
use tokio_offload_remote::Function;

use super::{
    least_rate::too_slow,
    place::Body,
    state::NodeState,
    work::{AtWork, BodyId, CallId, NodeEvent},
};
use crate::{
    message::{Given, Grant, Outcome, PartRequest, Start, ToCaller, ToNode, read, write},
    parts::{Came, Source},
    release::{hash, hash_from},
};

impl NodeState {
    /// The answer of a caller to claims.
    pub(super) async fn grants(&mut self, number: u64, message: &Message) {
        let Some(asked) = self.asked.remove(&number) else {
            return;
        };
        if message.status == Some(StatusCode::NO_RESPONDERS) {
            return self.caller_gone(asked).await;
        }
        let Ok(ToNode::Grants(grants)) = read(&message.payload) else {
            return;
        };
        let Some(CallId { caller, .. }) = asked.first().cloned() else {
            return;
        };
        self.silent.remove(&caller);
        let is_full = grants.iter().any(|grant| matches!(grant, Grant::Given(_)));
        for id in asked.iter().filter(|_| is_full) {
            // Calls that the answer leaves out had no room in the message.
            if let Some(claim) = self.claims.get_mut(id) {
                claim.ask_again();
            }
        }
        for grant in grants {
            let call = match &grant {
                Grant::Refused(call) => *call,
                Grant::Given(given) => given.start.call,
            };
            // A call that is not claimed any more was answered before.
            let id = CallId::new(Arc::clone(&caller), call);
            let Some(claim) = self.claims.remove(&id) else {
                continue;
            };
            if let Some(ticket) = claim.ticket {
                self.used.push(ticket);
            }
            match grant {
                Grant::Refused(_) => self.busy -= 1,
                Grant::Given(given) => self.given(claim.at, id.caller, *given).await,
            }
        }
    }

    /// The node has the call. The call occupies a slot until its body and everything else of it has ended.
    async fn given(&mut self, at: usize, caller: Arc<str>, given: Given) {
        let (start, secret) = (given.start, given.secret);
        let id = BodyId { caller, start };
        if self.has_begun(at, &id, secret).await {
            self.busy -= 1;
            return;
        }
        let (function, total) = match self.runnable(at, &given) {
            Ok(runnable) => runnable,
            Err(outcome) => {
                self.busy -= 1;
                return self.answer(at, id, secret, outcome).await;
            }
        };
        let (stop, stopped) = oneshot::channel();
        let events = self.events.clone();
        let at_work = AtWork::new(at, (start.attempt, secret), stop);
        self.at_work.insert(id.call(), at_work);
        let body = self.body((at, id.clone()), function, given, stopped);
        if body.arguments.len() == total {
            let occupied = self.place.start(body, self.runtime.clone());
            tokio::spawn(async move {
                let free = Free(events);
                occupied.await;
                drop(free);
            });
        } else {
            self.sends.insert(Arc::clone(&id.caller), Instant::now());
            self.start_large(body, (at, id, secret), total, Free(events));
        }
    }

    /// Whether the body of this start has begun, as when the queue had two tickets of a call. Then the caller is told how it ended.
    async fn has_begun(&mut self, at: usize, id: &BodyId, secret: u64) -> bool {
        if self.say(id).await {
            return true;
        }
        if self.ended.contains(id) {
            // The result is gone.
            self.answer(at, id.clone(), secret, Outcome::Leaving).await;
            return true;
        }
        let at_work = self.at_work.get(&id.call());
        at_work.is_some_and(|at_work| at_work.attempt == id.start.attempt)
    }

    /// The body of a call, with the part of its arguments that has arrived.
    fn body(
        &self,
        (at, id): (usize, BodyId),
        function: &'static Function,
        given: Given,
        stop: oneshot::Receiver<()>,
    ) -> Body {
        let cluster = self.served[at].cluster;
        // The caller says how long it waits, and this machine how long a body may run here.
        let limits = [given.limit, cluster.timeout];
        let headers = headers(given.headers, &id, cluster.name);
        let events = self.events.clone();
        Body {
            function,
            arguments: given.first,
            headers,
            limit: limits.into_iter().flatten().min(),
            stop,
            ended: Box::new(move |end| {
                // If the node has ended, it needs no event.
                let _ = events.send(NodeEvent::Ended { at, body: id, end });
            }),
        }
    }

    /// The function of a call and the size of its arguments, or why this node cannot run it.
    fn runnable(&self, at: usize, given: &Given) -> Result<(&'static Function, usize), Outcome> {
        let served = &self.served[at];
        let function = served.functions.get(&given.key).copied();
        let function = function
            .filter(|function| served.cluster.fingerprint_of(function) == given.fingerprint);
        let Some(function) = function else {
            return Err(Outcome::Unable("it has no such function".to_owned()));
        };
        let limit = served.cluster.max_message;
        let total = usize::try_from(given.total).unwrap_or(usize::MAX);
        if total > limit {
            return Err(Outcome::TooLarge {
                bytes: given.total,
                limit: limit as u64,
            });
        }
        Ok((function, total))
    }

    /// Fetches the missing part of the arguments and then starts the body.
    fn start_large(
        &self,
        mut body: Body,
        (at, id, secret): (usize, BodyId, u64),
        total: usize,
        free: Free,
    ) {
        let (client, turns) = (self.link.client.clone(), Arc::clone(&self.link.turns));
        let (place, runtime) = (Arc::clone(&self.place), self.runtime.clone());
        let (events, up) = (self.events.clone(), self.link.up());
        tokio::spawn(async move {
            let subject = format!("{}.g", id.caller);
            let first = std::mem::take(&mut body.arguments);
            let (came, seen) = (AtomicU64::new(0), up.clone());
            let source = Source {
                client: &client,
                turns: &turns,
                up,
                subject: &subject,
                ask: &|part| write(&request(id.start, secret, part)),
                open: &bytes_in,
                came: &|(Came::Bytes(bytes) | Came::Part(bytes))| {
                    came.fetch_add(bytes as u64, Relaxed);
                    let _ = events.send(NodeEvent::Sends(Arc::clone(&id.caller)));
                },
            };
            let arguments = tokio::select! {
                arguments = source.rest(first, total) => arguments.ok_or("its arguments are gone"),
                _ = &mut body.stop => return (body.ended)(Outcome::Cancelled.into()),
                () = too_slow(&came, &seen) => Err("its arguments came too slowly"),
            };
            body.arguments = match arguments {
                Ok(arguments) => arguments,
                Err(why) => return free.lacks(at, id, why),
            };
            place.start(body, runtime).await;
        });
    }
}

/// The bytes of arguments in a message of the caller.
fn bytes_in(payload: &[u8]) -> Option<Vec<u8>> {
    match read(payload) {
        Ok(ToNode::Bytes(bytes)) => Some(bytes),
        _ => None,
    }
}

/// The request for a part of arguments.
const fn request(start: Start, secret: u64, PartRequest { at, most }: PartRequest) -> ToCaller {
    ToCaller::Part {
        start,
        secret,
        at,
        most,
    }
}

/// Reports on drop that a slot is free.
struct Free(tokio::sync::mpsc::UnboundedSender<NodeEvent>);

impl Free {
    /// The arguments do not come, for this reason.
    fn lacks(&self, at: usize, body: BodyId, why: &'static str) {
        let _ = self.0.send(NodeEvent::NoArguments { at, body, why });
    }
}

impl Drop for Free {
    fn drop(&mut self) {
        let _ = self.0.send(NodeEvent::Free);
    }
}

/// The headers of the caller, and what the body can ask of its call.
fn headers(
    mut headers: Vec<(String, String)>,
    id: &BodyId,
    cluster: &str,
) -> Vec<(String, String)> {
    let said = |name| headers.iter().find(|(other, _)| other == name);
    let within = match said(WITHIN) {
        Some((_, places)) => format!("{places},{cluster}"),
        None => cluster.to_owned(),
    };
    // Nodes that could not run the call count for its caller, and not for its body.
    let attempt = said(ATTEMPT)
        .and_then(|(_, number)| number.parse().ok())
        .unwrap_or(id.start.attempt);
    headers.retain(|(name, _)| ![CALL_ID, ATTEMPT, WITHIN].contains(&&**name));
    headers.push((CALL_ID.to_owned(), call_id(&id.caller, id.start.call)));
    headers.push((ATTEMPT.to_owned(), attempt.to_string()));
    headers.push((WITHIN.to_owned(), within));
    headers
}

/// The name of a call, the same at each node. It does not tell the inbox of the caller, with which others could end the call: it has
/// fewer bits, but enough that no two callers have the same.
fn call_id(caller: &str, call: u64) -> String {
    let one = hash(caller.as_bytes());
    let other = hash_from(!one, caller.as_bytes()) >> 32;
    format!("{one:016x}{other:08x}-{call}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_call_does_not_tell_its_caller() {
        let (one, other) = (call_id("_INBOX.hidden", 7), call_id("_INBOX.other", 7));
        assert_eq!(one, call_id("_INBOX.hidden", 7));
        assert!(one != other && one != call_id("_INBOX.hidden", 8));
        assert!(!one.contains("hidden"), "{one}");
    }
}
