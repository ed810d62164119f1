//! Malicious peers with access to the servers: no message of theirs ends, hangs or fills a caller or a node.
//!
//! They use a client of their own and write messages by hand in the format: a version, the number of the kind, fields.

mod callers;
mod doubled;
mod drain;
mod headers;
mod late;
mod nodes;
mod parts;
mod searches;

use std::time::Duration;

use async_nats::{Client, Message, Subscriber};
use futures_util::StreamExt;
use serde::Serialize;
use tokio_offload_remote::{Function, decode_message, encode_message, table};

use crate::{functions::PLAIN, kit::Stage};

/// Encodes a message of the first version.
pub(crate) fn said<T: Serialize>(fields: &T) -> Vec<u8> {
    let mut bytes = vec![1];
    encode_message(fields, &mut bytes).unwrap();
    bytes
}

/// Decodes the fields of a message, without its version and its kind.
fn heard<'a, T: serde::Deserialize<'a>>(message: &'a Message) -> T {
    let mut rest = &message.payload[2..];
    decode_message(&mut rest).unwrap()
}

/// Finds a function by the end of its path.
fn function(name: &str) -> &'static Function {
    let mut functions = table().unwrap().of("plain").into_iter();
    functions
        .find(|function| function.name().ends_with(&format!("::{name}")))
        .unwrap()
}

/// A client that is neither caller nor node of this crate.
pub(crate) struct Stranger {
    client: Client,
    inbox: String,
}

impl Stranger {
    pub(crate) async fn at(stage: &Stage) -> Self {
        let client = async_nats::connect(stage.server.url()).await.unwrap();
        let inbox = client.new_inbox();
        Self { client, inbox }
    }

    pub(crate) async fn hears(&self, subject: &str) -> Subscriber {
        let subscriber = self.client.subscribe(subject.to_owned()).await.unwrap();
        self.client.flush().await.unwrap();
        subscriber
    }

    pub(crate) async fn says(&self, subject: &str, payload: Vec<u8>) {
        let sent = self.client.publish(subject.to_owned(), payload.into());
        sent.await.unwrap();
    }

    async fn asks(&self, subject: &str, reply: &str, payload: Vec<u8>) {
        let (subject, reply) = (subject.to_owned(), reply.to_owned());
        let sent = self
            .client
            .publish_with_reply(subject, reply, payload.into());
        sent.await.unwrap();
    }

    /// Waits until the server has all messages.
    pub(crate) async fn flush(&self) {
        self.client.flush().await.unwrap();
    }

    /// The inbox of the caller that wrote a ticket.
    pub(crate) fn inbox_in(ticket: &Message) -> String {
        let mut rest = &ticket.payload[1..];
        let (inbox, ..): (String, u64, u64) = decode_message(&mut rest).unwrap();
        inbox
    }

    /// The ticket of the next call of the cluster `plain`: its caller's inbox, its number and its secret.
    pub(crate) async fn ticket(tickets: &mut Subscriber) -> (String, u64, u64) {
        let ticket = crate::kit::soon(tickets.next()).await.unwrap();
        let mut rest = &ticket.payload[1..];
        decode_message(&mut rest).unwrap()
    }

    /// The subject of tickets for the connected nodes.
    async fn queue(&self, function: &str) -> String {
        let release = PLAIN.nodes().await.unwrap()[0].release.clone();
        format!("offload.v1.plain.0.call.{release}.{function}")
    }
}

/// Checks that no message arrives within a time that is long for the messages sent before.
async fn hears_nothing(subscriber: &mut Subscriber) {
    let next = tokio::time::timeout(Duration::from_millis(300), subscriber.next()).await;
    assert!(next.is_err(), "{next:?}");
}
