//! Writes the messages of the dispatcher to nodes and to the queue.

use super::{
    call::{Action, Publish, State},
    state::Dispatcher,
};
use crate::{
    message::{ToNode, write},
    names,
};

impl Dispatcher {
    /// Tells the node that has the call to end it.
    pub(super) fn end_at_node(&mut self, id: u64) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        if let State::Running(running) = &call.state {
            let cancel = ToNode::Cancel {
                inbox: self.inbox.clone(),
                start: call.last_start(),
            };
            let subject = names::node(call.new.cluster.name, &running.node);
            self.send(subject, None, write(&cancel));
        }
    }

    pub(super) fn send(&mut self, subject: String, reply: Option<String>, payload: Vec<u8>) {
        self.publish(Publish {
            subject,
            reply,
            traceparent: None,
            payload,
        });
    }

    /// Sends a message. What is sent without a connection is sent again when there is one.
    pub(super) fn publish(&mut self, publish: Publish) {
        if self.up_since().is_some() {
            self.actions.push(Action::Publish(publish));
        }
    }

    pub(super) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.secrets.question(self.numbers)
    }
}
