//! The subscriptions of a node, and what a message on each of them is about.

use std::sync::Arc;

use async_nats::{Message, Subscriber};
use futures_util::{Stream, StreamExt, stream::SelectAll};

use super::{
    error::NodeError,
    state::{NodeState, Served},
};
use crate::names;

/// What a message is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum About {
    /// The node's own inbox: tickets, grants, answers to pulls.
    Inbox,
    Who(usize),
    All(usize),
    Node(usize),
}

pub(super) type Heard = std::pin::Pin<Box<dyn Stream<Item = (About, Message)> + Send>>;

impl NodeState {
    /// The subscriptions for this node alone.
    pub(super) async fn subscribe(&self) -> Result<SelectAll<Heard>, NodeError> {
        let mut all = SelectAll::new();
        let client = self.link.client.get();
        let inbox = client.subscribe(format!("{}.>", self.inbox)).await;
        all.push(heard(inbox, About::Inbox)?);
        for (at, served) in self.clusters() {
            let node = names::node(served.cluster.name, &self.id);
            all.push(heard(client.subscribe(node).await, About::Node(at))?);
        }
        Ok(all)
    }

    /// Subscribes again if the client has died and there is a new one.
    pub(super) async fn subscribe_again(
        &mut self,
        (own, asked): (&mut SelectAll<Heard>, &mut SelectAll<Heard>),
    ) {
        let client = self.link.client.get();
        if Arc::ptr_eq(&client, &self.seen.client) || self.link.up().borrow().is_none() {
            return;
        }
        // What is refused is told as a denial, and what fails otherwise is tried again.
        if let Ok(subscribed) = self.subscribe().await {
            *own = subscribed;
            if let (false, Ok(subscribed)) = (self.draining, self.subscribe_to_questions().await) {
                *asked = subscribed;
            }
            self.seen.client = client;
        }
    }

    /// Each cluster once, even if it has several queues.
    fn clusters(&self) -> impl Iterator<Item = (usize, &Served)> {
        let served = self.served.iter().enumerate();
        served.filter(|(_, served)| served.shard == 0)
    }

    /// The subscriptions that it shares with other nodes. A node that is ending has none.
    pub(super) async fn subscribe_to_questions(&self) -> Result<SelectAll<Heard>, NodeError> {
        let mut all = SelectAll::new();
        for (at, served) in self.clusters() {
            let (name, release) = (served.cluster.name, served.release.word.clone());
            let client = self.link.client.get();
            let who = client.queue_subscribe(names::who(name), release).await;
            all.push(heard(who, About::Who(at))?);
            let everyone = client.subscribe(names::all(name)).await;
            all.push(heard(everyone, About::All(at))?);
        }
        Ok(all)
    }
}

fn heard(
    subscriber: Result<Subscriber, async_nats::client::SubscribeError>,
    about: About,
) -> Result<Heard, NodeError> {
    let subscriber = subscriber.map_err(|error| NodeError::text(error.to_string()))?;
    Ok(Box::pin(subscriber.map(move |message| (about, message))))
}
