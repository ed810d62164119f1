//! What comes in: messages by what their subject says, and what the servers refuse.

use std::time::Instant;

use async_nats::{Message, StatusCode};

use super::Actor;
use crate::{
    link::denial::Denial,
    message::{Start, ToCaller, read},
    names,
    stream::ack,
};

impl Actor {
    pub(super) fn denied(&mut self, denial: &Denial, now: Instant) {
        let prefix = self.inbox.split('.').next().unwrap_or_default();
        if denial.is_hearing && denial.is_below(prefix) {
            self.desk.deaf(&denial.text, now);
        } else if !denial.is_hearing {
            self.desk.denied(&denial.subject, &denial.text, now);
        }
        // Nodes and questions that run in this process; if there are none, nobody needs to know.
        let _ = self.denials.send(denial.clone());
    }

    /// The subject says what it is about, so that also what cannot be read is the answer to something.
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
        let number = || first.and_then(|number| number.parse().ok());
        match kind {
            Some("c") => self.claim(first.unwrap_or_default(), message, reply, now),
            Some("g") => {
                if let (Ok(ToCaller::Part { start, secret, at }), Some(reply)) =
                    (read(&message.payload), reply)
                    && self.desk.is_granted(start, secret)
                {
                    self.desk.part(start, at, reply);
                }
            }
            Some("r") => {
                let attempt = second.and_then(|attempt| attempt.parse().ok());
                let secret = third.and_then(|secret| secret.parse().ok());
                if let (Some(id), Some(attempt), Some(secret)) = (number(), attempt, secret)
                    && self.desk.is_granted((id, attempt), secret)
                {
                    self.answer((id, attempt), message, reply, now);
                }
            }
            Some("p") => {
                let secret = second.and_then(|secret| secret.parse().ok());
                if let (Some(id), Some(secret)) = (number(), secret)
                    && self.desk.is_ack(id, secret)
                {
                    self.desk.accepted(id, ack(message), now);
                }
            }
            Some("w") => match (number(), read(&message.payload)) {
                (Some(number), _) if nobody => self.desk.nobody(number, now),
                (
                    Some(number),
                    Ok(ToCaller::Has {
                        release,
                        has,
                        shards,
                        similar,
                    }),
                ) => {
                    self.desk.has(number, (release, has, shards, similar), now);
                }
                _ => {}
            },
            Some("n") => {
                let number = second.and_then(|number| number.parse().ok());
                let (Some(node), Some(number)) = (first, number) else {
                    return;
                };
                if nobody {
                    self.desk.not_there((node, number), now);
                } else if let Ok(ToCaller::Pong { unknown }) = read(&message.payload) {
                    self.desk.pong((node, number), &unknown, now);
                }
            }
            _ => {}
        }
    }

    fn claim(&mut self, cluster: &str, message: &Message, reply: Option<String>, now: Instant) {
        let Some(reply) = reply else { return };
        if let Ok(ToCaller::Claim { node, host, calls }) = read(&message.payload) {
            self.desk
                .claim((&node, &host), (cluster, &calls), reply, now);
        }
    }

    fn answer(&mut self, start: Start, message: &Message, reply: Option<String>, now: Instant) {
        // The subject shows the secret too: what cannot be read is an answer if it does.
        let heard = match read(&message.payload) {
            Ok(ToCaller::Answer {
                start: said,
                outcome,
            }) if said == start => self.desk.answer(start, outcome, now),
            _ => {
                self.desk.garbled(start, now);
                true
            }
        };
        if let Some(node) = reply.filter(|node| heard && names::is_node(node)) {
            self.received.entry(node).or_default().push(start);
        }
    }
}
