//! The task of a node: it receives all messages and events, and calls the rules that handle them.

use std::{
    future::Future,
    pin::pin,
    time::{Duration, Instant},
};

use async_nats::Message;
use futures_util::{FutureExt, StreamExt, stream::SelectAll};
use tokio::time::sleep;

use super::{
    error::NodeError,
    state::NodeState,
    subscriptions::{About, Heard},
    unconfirmed::LAST,
    work::NodeEvent,
};
use crate::{link::denied, message::Outcome};

/// The time between two ticks. With more, limits and repetitions are late by as much; with less, an idle node does more work.
const TICK: Duration = Duration::from_millis(100);
/// How long a ticket may stay in its queue after its body has begun: many times the time of a short call, so that one message can confirm
/// both. With more, more tickets come again after a node was lost.
const SOON: Duration = Duration::from_millis(2);
/// How many messages are handled before answers are sent. Batches save wake-ups, and a larger one would delay answers.
const BATCH: usize = 256;
/// The longest grace time, because an `Instant` cannot hold any.
const FOREVER: Duration = Duration::from_secs(1 << 30);

impl NodeState {
    /// Serves until `stop`, and then until nothing is left.
    pub(crate) async fn run(
        mut self,
        stop: impl Future<Output = ()>,
        grace: Duration,
    ) -> Result<(), NodeError> {
        let Some(mut events) = self.next_events.take() else {
            return Ok(());
        };
        let mut up = self.link.up();
        let mut denials = self.link.denials();
        let mut stop = pin!(stop);
        let (mut own, mut asked) = tokio::select! {
            begun = self.begin() => begun?,
            // It has taken nothing yet, and waits for servers that may never be ready.
            () = &mut stop => return Ok(()),
        };
        let mut until: Option<Instant> = None;
        let mut ticks = tokio::time::interval(TICK);
        let mut soon = pin!(sleep(Duration::ZERO));
        self.pull().await;
        loop {
            tokio::select! {
                () = &mut stop, if !self.draining => self.draining = true,
                Some((about, message)) = own.next() => {
                    self.hear(about, message).await;
                    self.all_there(&mut own).await;
                }
                Some((about, message)) = asked.next() => self.hear(about, message).await,
                Some(event) = events.recv() => self.event(event).await,
                denial = denied(&mut denials, |_| true) => {
                    if self.is_vital(&denial) {
                        return Err(NodeError::text(denial.text));
                    }
                    self.mute(&denial.subject).await;
                }
                changed = up.changed() => {
                    if changed.is_err() {
                        return Err(NodeError::text("the connection was closed".to_owned()));
                    }
                    self.reconnected(*up.borrow_and_update());
                }
                _ = ticks.tick() => self.look(until).await,
                () = &mut soon, if !self.used.is_empty() => self.tell_used().await,
            }
            self.subscribe_again((&mut own, &mut asked)).await;
            self.draining |= self.trouble.closed;
            if self.draining && until.is_none() {
                // Other nodes answer questions from now on, and the server gives this one no more tickets.
                asked.clear();
                until = Some(Instant::now() + grace.min(FOREVER));
            }
            self.claim().await;
            self.pull().await;
            // One timer for all tickets. It may be running for earlier ones.
            if !self.used.is_empty() && soon.is_elapsed() {
                soon.as_mut().reset((Instant::now() + SOON).into());
            }
            if self.is_over(until) {
                self.tell_used().await;
                // Without a server the last messages cannot be sent.
                if up.borrow().is_some() {
                    let _ = tokio::time::timeout(LAST, self.link.client.get().flush()).await;
                }
                return self.end();
            }
        }
    }

    /// Makes what the node needs on the servers, and subscribes.
    async fn begin(&self) -> Result<(SelectAll<Heard>, SelectAll<Heard>), NodeError> {
        self.declare_all().await?;
        let own = self.subscribe().await?;
        let flushed = self.link.client.get().flush().await;
        flushed.map_err(|error| NodeError::text(error.to_string()))?;
        let asked = self.subscribe_to_questions().await?;
        Ok((own, asked))
    }

    /// Whether a node that is ending has ended. It waits for a limited time for claims and results that are not confirmed, as
    /// when the server is gone, and for bodies on threads that do not stop.
    fn is_over(&self, until: Option<Instant>) -> bool {
        let Some(until) = until else { return false };
        let (now, up) = (Instant::now(), *self.link.up().borrow());
        let idle = self.busy == 0 && self.claims.is_empty() && !self.answers.are_awaited(up, now);
        idle || now >= until + LAST
    }

    async fn hear(&mut self, about: About, message: Message) {
        match about {
            About::Inbox => self.inbox(message).await,
            About::Who(at) => self.who(at, &message).await,
            About::All(at) => self.info(at, &message).await,
            About::Node(at) => self.question(at, &message).await,
        }
    }

    async fn all_there(&mut self, own: &mut SelectAll<Heard>) {
        for _ in 0..BATCH {
            match own.next().now_or_never() {
                Some(Some((about, message))) => self.hear(about, message).await,
                _ => return,
            }
        }
    }

    async fn event(&mut self, event: NodeEvent) {
        match event {
            NodeEvent::Ended { at, body, end } => {
                let outcome = self.learn(end);
                self.tell_used().await;
                self.ended(at, body, outcome).await;
            }
            NodeEvent::NoArguments { at, body, why } => {
                let unable = Outcome::Unable(why.to_owned());
                self.ended(at, body, unable).await;
            }
            NodeEvent::Sends(caller) => {
                self.sends.insert(caller, Instant::now());
            }
            NodeEvent::Free => self.busy -= 1,
            NodeEvent::Declared(at, made) => self.declared(at, made),
            NodeEvent::LookedAt(at, left) => self.looked_at(at, left),
        }
    }
}
