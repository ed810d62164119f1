//! The task of a node: it hears everything, and calls what has to act on it.

use std::{
    future::Future,
    pin::pin,
    time::{Duration, Instant},
};

use async_nats::Message;
use futures_util::{FutureExt, StreamExt, stream::SelectAll};

use super::{
    error::NodeError,
    hearing::{About, Heard},
    host::Host,
    work::Told,
};
use crate::link::denied;

/// How often time is looked at.
const TICK: Duration = Duration::from_millis(100);
/// How many messages are heard before anything is sent.
const BATCH: usize = 256;
/// How long a node that ends waits for the word of callers that results have come.
const LAST: Duration = Duration::from_secs(5);
/// The longest grace that is counted: the clock has an end.
const FOREVER: Duration = Duration::from_secs(1 << 30);

impl Host {
    /// Serves until `stop`, and then until nothing is left.
    pub(crate) async fn run(
        mut self,
        stop: impl Future<Output = ()>,
        grace: Duration,
    ) -> Result<(), NodeError> {
        let Some(mut told) = self.told.take() else {
            return Ok(());
        };
        let mut up = self.link.up();
        let mut denials = self.link.denials();
        self.declare_all().await?;
        let mut own = self.subscribe().await?;
        let mut asked = self.subscribe_to_questions().await?;
        let mut stop = pin!(stop);
        let mut until: Option<Instant> = None;
        let mut ticks = tokio::time::interval(TICK);
        self.pull().await;
        loop {
            tokio::select! {
                () = &mut stop, if !self.draining => {
                    self.draining = true;
                    // Whoever asks hears of other nodes, and the server gives this one nothing more.
                    asked.clear();
                    until = Some(Instant::now() + grace.min(FOREVER));
                }
                heard = own.next() => match heard {
                    Some((about, message)) => {
                        self.hear(about, message).await;
                        self.all_there(&mut own).await;
                    }
                    None => return Err(NodeError::text("the connection was closed".to_owned())),
                },
                Some((about, message)) = asked.next() => self.hear(about, message).await,
                Some(event) = told.recv() => self.told(event).await,
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
            }
            self.claim().await;
            self.pull().await;
            if self.is_over(until) {
                // Without a server there is nothing to hand over any more.
                let _ = tokio::time::timeout(LAST, self.link.client.flush()).await;
                return Ok(());
            }
        }
    }

    /// Whether a node that ends has ended. Not everything is waited for without end: claims and results that nobody confirms, as when
    /// the server is gone, and bodies on threads that do not stop.
    fn is_over(&self, until: Option<Instant>) -> bool {
        let Some(until) = until else { return false };
        let idle = self.busy == 0 && self.claims.is_empty() && self.answers.is_empty();
        idle || Instant::now() >= until + LAST
    }

    async fn hear(&mut self, about: About, message: Message) {
        match about {
            About::Inbox => self.inbox(message).await,
            About::Who(at) => self.who(at, &message).await,
            About::All => self.info(&message).await,
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

    async fn told(&mut self, event: Told) {
        match event {
            Told::Ended(at, key, attempt, outcome) => self.ended(at, key, attempt, outcome).await,
            Told::Free => self.busy -= 1,
            Told::Declared(at, made) => self.declared(at, made),
        }
    }
}
