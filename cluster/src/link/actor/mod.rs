//! The work of the thread that has the connection: it passes events to the dispatcher and carries out the dispatcher's actions.
//!
//! `incoming` handles messages, `outgoing` sends them and fetches large results, `deferred` is work that is not urgent, `refused_inbox`
//! says when to connect again after the servers refused the inbox, `reopen` makes a new client when the one before has died.

use std::{
    collections::HashMap,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use async_nats::{Client, Message, Subscriber};
use futures_util::{FutureExt, StreamExt};
use tokio::{
    sync::{
        broadcast,
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
        watch,
    },
    task::AbortHandle,
    time::{sleep, sleep_until},
};

use crate::{
    dispatcher::{Action, Dispatcher, Publish},
    link::{command::Command, connect::Connect, denial::Denial, progress::Shared},
    message::Start,
    parts::{Came, SharedClient, Turns, part_of},
};

mod deferred;
mod incoming;
mod outgoing;
mod refused_inbox;
mod reopen;

use outgoing::Outgoing;

/// Whether nodes may be connected to another server than this process.
fn is_several(client: &Client) -> bool {
    client
        .server_info()
        .cluster
        .is_some_and(|name| !name.is_empty())
}

/// How many events are handled at once before anything is sent. Batches save messages, and a larger one would delay answers.
const BATCH: usize = 256;

/// How long messages that are not urgent wait for others with which they are sent: many times the time of a short call. With less, they are
/// more often sent alone.
const SOON: Duration = Duration::from_millis(2);

/// The next message, if there is a client. `None` if it has died.
async fn next(subscriber: &mut Option<Subscriber>) -> Option<Message> {
    match subscriber {
        Some(subscriber) => subscriber.next().await,
        None => std::future::pending().await,
    }
}

/// See above.
pub(crate) struct Actor {
    client: SharedClient,
    /// How to connect again if the client has died, whether that is being done, and when the client was made.
    to: Connect,
    reopening: bool,
    opened: Instant,
    inbox: String,
    dispatcher: Dispatcher,
    callers: HashMap<u64, Arc<Shared>>,
    clusters: HashMap<u64, &'static str>,
    /// The tasks that fetch large results, by call.
    fetches: HashMap<u64, AbortHandle>,
    /// The turns to request parts of these.
    turns: Arc<Turns>,
    /// Answers that have arrived and must be confirmed, by node.
    received: HashMap<String, Vec<Start>>,
    /// Calls that nodes were given, and whose callers are to be woken to see that.
    begun: Vec<u64>,
    /// Whether nodes are sent grants now, with which confirmations can go.
    granting: bool,
    commands: UnboundedSender<Command>,
    outgoing: UnboundedSender<Outgoing>,
    denials: broadcast::Sender<Denial>,
    epoch: watch::Sender<u64>,
    up: watch::Sender<Option<Instant>>,
    look_at: Option<Instant>,
    /// When a process that receives nothing may connect again.
    retry: refused_inbox::Retry,
    /// How many attempts to log in again were refused in a row.
    refusals: u32,
    /// The text with which the servers refused the inbox. Queries of this process read it.
    deaf: watch::Sender<Option<String>>,
}

impl Actor {
    pub(crate) fn new(
        (client, to): (SharedClient, Connect),
        (inbox, part, turns): (String, usize, Arc<Turns>),
        (commands, up): (UnboundedSender<Command>, watch::Sender<Option<Instant>>),
        (denials, deaf): (broadcast::Sender<Denial>, watch::Sender<Option<String>>),
    ) -> Self {
        let (outgoing, messages) = unbounded_channel();
        let (epoch, now) = watch::channel(0);
        let domain = to.domain.clone();
        tokio::spawn(outgoing::send((client.clone(), domain), messages, now));
        let mut dispatcher = Dispatcher::new(inbox.clone(), part, Instant::now());
        dispatcher.one_of_several(is_several(&client.get()));
        Self {
            client,
            to,
            reopening: false,
            opened: Instant::now(),
            dispatcher,
            inbox,
            callers: HashMap::new(),
            clusters: HashMap::new(),
            fetches: HashMap::new(),
            turns,
            received: HashMap::new(),
            begun: Vec::new(),
            granting: false,
            commands,
            outgoing,
            denials,
            epoch,
            up,
            look_at: None,
            retry: refused_inbox::Retry::new(Instant::now()),
            refusals: 0,
            deaf,
        }
    }

    /// Runs until it is told to close, or has lost the connection for good.
    pub(crate) async fn run(
        mut self,
        subscriber: Subscriber,
        mut commands: UnboundedReceiver<Command>,
    ) {
        let mut batch = Vec::with_capacity(BATCH);
        let forever = Duration::from_secs(3600);
        let mut soon = pin!(sleep(Duration::ZERO));
        let (mut open, mut subscriber) = (true, Some(subscriber));
        while open {
            let look_at = self.look_at.unwrap_or_else(|| Instant::now() + forever);
            tokio::select! {
                _ = commands.recv_many(&mut batch, BATCH) => {
                    for command in batch.drain(..) {
                        open &= self.command(command, &mut subscriber);
                    }
                }
                message = next(&mut subscriber) => self.heard(message, &mut subscriber),
                () = sleep_until(look_at.into()) => {
                    self.dispatcher.look(Instant::now());
                    self.look_at = None;
                }
                () = &mut soon, if self.has_later() => self.do_later(),
            }
            self.act();
            // One timer for all deferred work. It may be running already.
            if self.has_later() && soon.is_elapsed() {
                soon.as_mut().reset((Instant::now() + SOON).into());
            }
        }
        self.end(commands).await;
    }

    /// Lets every call fail, also those that were submitted meanwhile.
    async fn end(&mut self, mut commands: UnboundedReceiver<Command>) {
        commands.close();
        while let Some(command) = commands.recv().await {
            // Submitted first, so that it is counted as the others are.
            if let Command::Submit(call, caller) = command {
                self.callers.insert(call.id, caller);
                self.dispatcher.submit(*call, Instant::now());
            }
        }
        self.dispatcher.close(Instant::now());
        self.act();
    }

    /// Handles the messages that have already arrived, so that many claims and answers are answered together.
    fn all_there(&mut self, subscriber: &mut Option<Subscriber>) {
        for _ in 0..BATCH {
            match next(subscriber).now_or_never() {
                Some(Some(message)) => self.message(&message),
                _ => return,
            }
        }
    }

    /// Returns whether to continue.
    fn command(&mut self, command: Command, subscriber: &mut Option<Subscriber>) -> bool {
        let now = Instant::now();
        match command {
            Command::Submit(call, caller) => {
                self.callers.insert(call.id, caller);
                self.clusters.insert(call.id, call.cluster.name);
                self.dispatcher.submit(*call, now);
                self.hear_again(now);
            }
            Command::Cancel(id) => self.dispatcher.cancel(id, now),
            Command::Forget(id) => self.dispatcher.forget(id, now),
            Command::Came(start, Came::Bytes(bytes)) => {
                self.dispatcher.bytes_came(start, bytes, now);
            }
            Command::Came(start, Came::Part(bytes)) => {
                self.dispatcher.part_came(start, bytes, now);
            }
            Command::Fetched(start, bytes, node) => {
                self.received.entry(node).or_default().push(start);
                self.dispatcher.fetched(start, bytes, now);
            }
            // The new client has no subscription yet.
            Command::Connected if self.reopening => {}
            Command::Connected => self.connected(now),
            Command::Reopened(new) => *subscriber = Some(self.reopened(*new, now)),
            Command::Unreached(why) => self.unreached(why),
            Command::Disconnected => self.disconnected(now),
            Command::Denied(denial) => self.denied(&denial, now),
            Command::Asked => self.hear_again(now),
            Command::Settle(settled) => self.settle(settled),
            Command::Close => return false,
        }
        true
    }

    fn connected(&mut self, now: Instant) {
        self.refusals = 0;
        self.up.send_modify(|up| *up = up.or(Some(now)));
        let client = self.client.get();
        self.dispatcher.one_of_several(is_several(&client));
        self.dispatcher.values_in_parts_of(part_of(&client));
        self.deaf.send_replace(None);
        self.dispatcher.connected(now);
    }

    /// Connects again if the servers have refused the inbox, because its rights may have been given back since.
    fn hear_again(&mut self, now: Instant) {
        if self.dispatcher.is_deaf() && self.retry.is_due(now) {
            let client = self.client.get();
            tokio::spawn(async move { client.force_reconnect().await });
        }
    }

    /// Carries out the actions of the dispatcher.
    fn act(&mut self) {
        let now = Instant::now();
        for action in self.dispatcher.actions(now) {
            match action {
                Action::Publish(publish) => self.publish(publish),
                Action::Fetch { start, node, total } => self.fetch(start, &node, total),
                Action::Running(id, running) => {
                    self.end_fetch(id);
                    if let Some(caller) = self.callers.get(&id) {
                        caller.running(running);
                        self.begun.push(id);
                    }
                }
                Action::Finish(id, end) => {
                    self.clusters.remove(&id);
                    self.end_fetch(id);
                    if let Some(caller) = self.callers.remove(&id) {
                        caller.finish(end);
                    }
                }
            }
        }
        if std::mem::take(&mut self.granting) {
            self.confirm_received();
        }
        match self.dispatcher.next_look(now) {
            None => self.look_at = None,
            // Only an earlier time replaces the one that is set. Under load, one that moves with each event would never be reached.
            Some(at) => self.look_at = Some(self.look_at.map_or(at, |before| before.min(at))),
        }
    }

    fn publish(&self, publish: Publish) {
        let epoch = *self.epoch.borrow();
        // The task that sends lives as long as this one.
        let _ = self.outgoing.send(Outgoing::Message(epoch, publish));
    }
}
