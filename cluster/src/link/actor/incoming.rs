//! Handles incoming messages by their subject, and refusals of the servers.

use std::{str::FromStr, time::Instant};

use async_nats::{Message, StatusCode};

use super::Actor;
use crate::{
    dispatcher::RouteAnswer,
    link::{command::Unreached, denial::Denial},
    message::{PartRequest, Start, ToCaller, read},
    names,
    stream::{ack, kept},
};

/// How many times in a row the login is refused before nodes and questions are told: about eight seconds, in which the configuration of
/// servers may be reloaded. With less, that ends nodes; with more, a node whose login was removed ends later.
const REFUSALS: u32 = 20;

impl Actor {
    /// An attempt to connect again has failed. The client makes the next one.
    pub(super) fn unreached(&mut self, why: Unreached) {
        self.refusals = if why.is_login { self.refusals + 1 } else { 0 };
        if self.refusals >= REFUSALS {
            // Also a node that has begun since must know.
            let _ = self.denials.send(Denial::of_login(&why.text));
        }
        self.dispatcher.unreached(why.text);
    }

    pub(super) fn denied(&mut self, denial: &Denial, now: Instant) {
        let prefix = self.inbox.split('.').next().unwrap_or_default();
        if denial.is_hearing && denial.is_below(prefix) {
            self.deaf.send_replace(Some(denial.text.clone()));
            self.dispatcher.deaf(&denial.text, now);
        } else if !denial.is_hearing {
            self.dispatcher.denied(&denial.subject, &denial.text, now);
        }
        // Nodes and questions in this process receive it, if there are any.
        let _ = self.denials.send(denial.clone());
    }

    /// The subject says what a message is about, so a message that cannot be read still counts as an answer.
    pub(super) fn message(&mut self, message: &Message) {
        let now = Instant::now();
        let Some(about) = message.subject.strip_prefix(&*self.inbox) else {
            return;
        };
        let mut about = about.split('.').skip(1);
        let (kind, first) = (about.next(), about.next());
        let (second, third) = (about.next(), about.next());
        let nobody = message.status == Some(StatusCode::NO_RESPONDERS);
        let reply = message.reply.as_ref().map(ToString::to_string);
        match kind {
            Some("c") => self.claim(first.unwrap_or_default(), message, reply, now),
            Some("g") => self.wants_part(message, reply, now),
            Some("r") => self.result((first, second, third), message, reply, now),
            Some("p") => self.written((first, second), message, now),
            Some("s") => {
                if let (Some(asked), Some(kept)) = (number(first), kept(message)) {
                    self.dispatcher.kept(asked, &kept, now);
                }
            }
            Some("e") => {
                if let Some(number) = number(first) {
                    self.dispatcher.echoed(number, now);
                }
            }
            Some("w") => self.functions_of(first, message, nobody, now),
            Some("n") => self.pong((first, second), message, nobody, now),
            _ => {}
        }
    }

    /// A node requests more of the arguments.
    fn wants_part(&mut self, message: &Message, reply: Option<String>, now: Instant) {
        if let (
            Ok(ToCaller::Part {
                start,
                secret,
                at,
                most,
            }),
            Some(reply),
        ) = (read(&message.payload), reply)
            && self.dispatcher.is_granted(start, secret)
        {
            self.dispatcher
                .part(start, PartRequest { at, most }, reply, now);
        }
    }

    /// A node has the result of a body: `id.attempt.secret`.
    fn result(
        &mut self,
        (id, attempt, secret): (Word<'_>, Word<'_>, Word<'_>),
        message: &Message,
        reply: Option<String>,
        now: Instant,
    ) {
        let (Some(id), Some(attempt), Some(secret)) = (number(id), number(attempt), number(secret))
        else {
            return;
        };
        let start = Start::new(id, attempt);
        if self.dispatcher.is_granted(start, secret) {
            self.answer(start, message, reply, now);
        }
    }

    /// The server answers to a ticket: `id.secret`.
    fn written(&mut self, (id, secret): (Word<'_>, Word<'_>), message: &Message, now: Instant) {
        if let (Some(id), Some(secret)) = (number(id), number(secret))
            && self.dispatcher.is_ack(id, secret)
        {
            self.dispatcher.accepted(id, ack(message), now);
        }
    }

    /// A node says which functions it has, or there is no node. The subject contains the number of the question.
    fn functions_of(&mut self, asked: Word<'_>, message: &Message, nobody: bool, now: Instant) {
        let Some(asked) = number(asked) else { return };
        if nobody {
            self.dispatcher.nobody(asked, now);
        } else if let Ok(ToCaller::Has {
            release,
            has,
            shards,
            similar,
        }) = read(&message.payload)
        {
            let answer = RouteAnswer {
                release,
                has,
                shards,
                similar,
            };
            self.dispatcher.has(asked, answer, now);
        }
    }

    /// A node answers, or does not exist: `node.number`.
    fn pong(
        &mut self,
        (node, asked): (Word<'_>, Word<'_>),
        message: &Message,
        nobody: bool,
        now: Instant,
    ) {
        let (Some(node), Some(asked)) = (node, number(asked)) else {
            return;
        };
        if nobody {
            self.dispatcher.not_there((node, asked), now);
        } else if let Ok(ToCaller::Pong { unknown }) = read(&message.payload) {
            self.dispatcher.pong((node, asked), &unknown, now);
        }
    }

    fn claim(&mut self, cluster: &str, message: &Message, reply: Option<String>, now: Instant) {
        let Some(reply) = reply else { return };
        if let Ok(ToCaller::Claim { node, host, calls }) = read(&message.payload) {
            self.granting = true;
            self.dispatcher
                .claim((&node, &host), (cluster, &calls), reply, now);
        }
    }

    fn answer(&mut self, start: Start, message: &Message, reply: Option<String>, now: Instant) {
        // The subject contains the secret too. If it is right, a message that cannot be read still counts as an answer.
        let heard = match read(&message.payload) {
            Ok(ToCaller::Answer {
                start: said,
                outcome,
            }) if said == start => self.dispatcher.answer(start, outcome, now),
            _ => {
                self.dispatcher.garbled(start, now);
                true
            }
        };
        if let Some(node) = reply.filter(|node| heard && names::is_node(node)) {
            self.received.entry(node).or_default().push(start);
        }
    }
}

/// A part of a subject.
type Word<'a> = Option<&'a str>;

fn number<T: FromStr>(word: Word<'_>) -> Option<T> {
    word?.parse().ok()
}
