//! Makes a new client when the one before has died: it panics at some messages, such as one with a `\r` in a header, which anybody may send
//! who may send to this process.

use std::time::{Duration, Instant};

use async_nats::{Client, Message, Subscriber};

use super::Actor;
use crate::link::command::Command;

/// How soon the servers are tried again after they refused a new client: as soon as after they refused one that connects again.
const PAUSE: Duration = Duration::from_millis(400);

impl Actor {
    /// A message has come, with others behind it, or the client has died.
    pub(super) fn heard(&mut self, message: Option<Message>, subscriber: &mut Option<Subscriber>) {
        if let Some(message) = message {
            self.retry.heard();
            self.message(&message);
            self.all_there(subscriber);
        } else {
            *subscriber = None;
            self.reopen();
        }
    }

    pub(super) fn disconnected(&mut self, now: Instant) {
        self.epoch.send_modify(|epoch| *epoch += 1);
        self.up.send_replace(None);
        self.dispatcher.disconnected(now);
    }

    /// Makes a new client in a task, which keeps the inbox. The messages that the one before had are lost, as with a connection.
    fn reopen(&mut self) {
        self.disconnected(Instant::now());
        self.reopening = true;
        let (to, inbox, commands) = (self.to.clone(), self.inbox.clone(), self.commands.clone());
        tokio::spawn(async move {
            let reopened = loop {
                let inbox = Some(inbox.clone());
                match to.open_with_inbox(inbox, commands.clone()).await {
                    Ok((client, _, subscriber)) => {
                        break Command::Reopened(Box::new((client, subscriber)));
                    }
                    Err(error) => {
                        let failed = Command::Unreached(error.unreached());
                        if commands.send(failed).is_err() {
                            return;
                        }
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            };
            // If the actor has ended, it needs no client.
            let _ = commands.send(reopened);
        });
    }

    /// Returns the subscription of the new client.
    pub(super) fn reopened(
        &mut self,
        (client, subscriber): (Client, Subscriber),
        now: Instant,
    ) -> Subscriber {
        self.reopening = false;
        self.client.replace(client);
        self.connected(now);
        subscriber
    }
}
