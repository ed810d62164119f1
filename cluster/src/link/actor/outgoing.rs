//! Sends messages in order, and requests large results.

use std::sync::Arc;

use async_nats::{HeaderMap, HeaderValue};
use tokio::sync::{mpsc::UnboundedReceiver, oneshot, watch};

use super::Actor;
use crate::{
    dispatcher::Publish,
    link::command::Command,
    message::{PartRequest, Start, ToCaller, ToNode, read, write},
    names,
    parts::{SharedClient, Source},
};

impl Actor {
    /// Fetches a large result in a task of its own.
    pub(super) fn fetch(&mut self, start: Start, node: &str, total: usize) {
        let Some(cluster) = self.clusters.get(&start.call) else {
            return;
        };
        let (client, commands) = (self.client.clone(), self.commands.clone());
        let (subject, inbox) = (names::node(cluster, node), self.inbox.clone());
        let (turns, up) = (Arc::clone(&self.turns), self.up.subscribe());
        let task = tokio::spawn(async move {
            let ask = |PartRequest { at, most }| {
                let inbox = inbox.clone();
                write(&ToNode::Part {
                    inbox,
                    start,
                    at,
                    most,
                })
            };
            let open = |payload: &[u8]| match read(payload) {
                Ok(ToCaller::Bytes(bytes)) => Some(bytes),
                _ => None,
            };
            let came = |what| drop(commands.send(Command::Came(start, what)));
            let source = Source {
                client: &client,
                turns: &turns,
                up,
                subject: &subject,
                ask: &ask,
                open: &open,
                came: &came,
            };
            let value = source.rest(Vec::new(), total).await;
            let _ = commands.send(Command::Fetched(start, value, subject));
        });
        self.fetches.insert(start.call, task.abort_handle());
    }

    /// Nobody waits for the result of the call any more, so its parts take no turns of others.
    pub(super) fn end_fetch(&mut self, call: u64) {
        if let Some(task) = self.fetches.remove(&call) {
            task.abort();
        }
    }
}

/// What the task that sends receives.
pub(super) enum Outgoing {
    /// A message, and the number of the connection for which it was written.
    Message(u64, Publish),
    /// Answered when everything before it has been handed to the client.
    Mark(oneshot::Sender<()>),
}

/// Sends the messages of the dispatcher, in order. If the connection is lost, the dispatcher itself sends them again.
pub(super) async fn send(
    (client, domain): (SharedClient, Option<Arc<str>>),
    mut messages: UnboundedReceiver<Outgoing>,
    epoch: watch::Receiver<u64>,
) {
    while let Some(next) = messages.recv().await {
        let (said, message) = match next {
            Outgoing::Message(said, message) => (said, message),
            Outgoing::Mark(reached) => {
                // Who asked may have stopped waiting.
                let _ = reached.send(());
                continue;
            }
        };
        if said != *epoch.borrow() {
            continue;
        }
        // The program made it, and it may be no header.
        let trace = message.traceparent.and_then(|value| value.parse().ok());
        let headers = trace.map(|value: HeaderValue| {
            let mut headers = HeaderMap::new();
            headers.insert("traceparent", value);
            headers
        });
        let payload = message.payload.into();
        let client = client.get();
        let subject = names::in_domain(domain.as_deref(), message.subject);
        // A message that is refused here is too large or malformed. Its answer never comes, and the call runs into a limit.
        let _ = match (message.reply, headers) {
            (None, _) => client.publish(subject, payload).await,
            (Some(reply), None) => client.publish_with_reply(subject, reply, payload).await,
            (Some(reply), Some(headers)) => {
                client
                    .publish_with_reply_and_headers(subject, reply, headers, payload)
                    .await
            }
        };
    }
}
