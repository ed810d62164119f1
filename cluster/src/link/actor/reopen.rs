//! Makes a new client when the one before has died: it panics at some messages, such as one with a `\r` in a header, which anybody may send
//! who may send to this process.

use std::time::{Duration, Instant};

use async_nats::{Client, Message, Subscriber};

use super::Actor;
use crate::link::command::Command;

/// How soon the servers are tried again after they refused a new client: as soon as after they refused one that connects again.
const PAUSE: Duration = Duration::from_millis(400);
/// A client that died sooner may have met a message that the next one meets too. With less, one that dies each time costs the servers more
/// logins; with more, more processes wait a moment before they connect.
const SHORT: Duration = Duration::from_secs(1);

/// How long to wait before the servers are tried, after a client that lived for that long.
fn pause_after(lived: Duration) -> Duration {
    if lived < SHORT { PAUSE } else { Duration::ZERO }
}

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
        let now = Instant::now();
        self.disconnected(now);
        self.reopening = true;
        let pause = pause_after(now.saturating_duration_since(self.opened));
        let (to, inbox, commands) = (self.to.clone(), self.inbox.clone(), self.commands.clone());
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
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
        self.opened = now;
        self.client.replace(client);
        self.connected(now);
        subscriber
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_that_die_at_once_are_not_made_at_once() {
        assert_eq!(pause_after(Duration::ZERO), PAUSE);
        assert_eq!(pause_after(SHORT), Duration::ZERO);
    }
}
