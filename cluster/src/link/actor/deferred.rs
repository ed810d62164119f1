//! Work that is not urgent. It is done together with other work, or soon: done alone, it would cost as much as a short call.

use std::time::Instant;

use tokio::sync::oneshot;

use super::{Actor, Outgoing};
use crate::{
    dispatcher::Publish,
    message::{ToNode, write},
    parts::part_of,
};

impl Actor {
    pub(super) fn has_later(&self) -> bool {
        !self.received.is_empty() || !self.begun.is_empty()
    }

    pub(super) fn do_later(&mut self) {
        self.confirm_received();
        for id in self.begun.drain(..) {
            // The end of a call says when it began, so a call that has ended needs no wake-up.
            if let Some(caller) = self.callers.get(&id) {
                caller.wake();
            }
        }
    }

    /// Ends all calls and does the deferred work now, because the connection will be closed. Answers when all messages were handed to the
    /// client.
    pub(super) fn settle(&mut self, settled: oneshot::Sender<()>) {
        self.dispatcher.close(Instant::now());
        self.act();
        self.do_later();
        let _ = self.outgoing.send(Outgoing::Mark(settled));
    }

    /// Confirms to the nodes which results have arrived.
    pub(super) fn confirm_received(&mut self) {
        for (node, starts) in std::mem::take(&mut self.received) {
            // As many as fit into one message.
            for starts in starts.chunks((part_of(&self.client.get()) / 16).max(1)) {
                let (inbox, starts) = (self.inbox.clone(), starts.to_vec());
                self.publish(Publish {
                    subject: node.clone(),
                    reply: None,
                    traceparent: None,
                    payload: write(&ToNode::Received { inbox, starts }),
                });
            }
        }
    }
}
