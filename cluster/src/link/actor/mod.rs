//! What the thread with the connection does: it brings the desk events, and carries out what the desk wants.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use async_nats::{Client, Message, StatusCode, Subscriber};
use futures_util::{FutureExt, StreamExt};
use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
        watch,
    },
    time::sleep_until,
};
use tokio_offload_remote::Failure;

use crate::{
    desk::{Action, Desk, Publish},
    link::{Command, call::Shared},
    message::{Start, ToCaller, ToNode, read, write},
    stream::ack,
};

mod sending;

/// How many events are taken at once before anything is sent.
const BATCH: usize = 256;

/// See above.
pub(crate) struct Actor {
    client: Client,
    inbox: String,
    desk: Desk,
    callers: HashMap<u64, Arc<Shared>>,
    clusters: HashMap<u64, &'static str>,
    /// Answers that have come, by the node that wants to know.
    received: HashMap<String, Vec<Start>>,
    commands: UnboundedSender<Command>,
    outgoing: UnboundedSender<(u64, Publish)>,
    epoch: watch::Sender<u64>,
    up: watch::Sender<Option<Instant>>,
    look_at: Option<Instant>,
}

impl Actor {
    pub(crate) fn new(
        client: Client,
        (inbox, part): (String, usize),
        (commands, up): (UnboundedSender<Command>, watch::Sender<Option<Instant>>),
    ) -> Self {
        let (outgoing, messages) = unbounded_channel();
        let (epoch, now) = watch::channel(0);
        tokio::spawn(sending::send(client.clone(), messages, now));
        Self {
            client,
            desk: Desk::new(inbox.clone(), part, Instant::now()),
            inbox,
            callers: HashMap::new(),
            clusters: HashMap::new(),
            received: HashMap::new(),
            commands,
            outgoing,
            epoch,
            up,
            look_at: None,
        }
    }

    /// Until it is told to close, or has lost the connection for good.
    pub(crate) async fn run(
        mut self,
        mut subscriber: Subscriber,
        mut commands: UnboundedReceiver<Command>,
    ) {
        let mut told = Vec::with_capacity(BATCH);
        let forever = Duration::from_secs(3600);
        let mut open = true;
        while open {
            let look_at = self.look_at.unwrap_or_else(|| Instant::now() + forever);
            tokio::select! {
                _ = commands.recv_many(&mut told, BATCH) => {
                    for command in told.drain(..) {
                        open &= self.command(command);
                    }
                }
                message = subscriber.next() => {
                    let Some(message) = message else { break };
                    self.message(&message);
                    self.all_there(&mut subscriber);
                }
                () = sleep_until(look_at.into()) => {
                    self.desk.look(Instant::now());
                    self.look_at = None;
                }
            }
            self.act();
        }
        commands.close();
        while let Some(command) = commands.recv().await {
            if let Command::Submit(_, caller) = command {
                caller.finish(Err(Failure::Shutdown));
            }
        }
        for caller in self.callers.into_values() {
            caller.finish(Err(Failure::Shutdown));
        }
    }

    /// What has come meanwhile: many claims and answers are heard in one go, and answered in one.
    fn all_there(&mut self, subscriber: &mut Subscriber) {
        for _ in 0..BATCH {
            match subscriber.next().now_or_never() {
                Some(Some(message)) => self.message(&message),
                _ => return,
            }
        }
    }

    /// Whether it goes on.
    fn command(&mut self, command: Command) -> bool {
        let now = Instant::now();
        match command {
            Command::Submit(call, caller) => {
                self.callers.insert(call.id, caller);
                self.clusters.insert(call.id, call.cluster.name);
                self.desk.submit(*call, now);
            }
            Command::Cancel(id) => self.desk.cancel(id, now),
            Command::Forget(id) => self.desk.forget(id, now),
            Command::Fetched((id, attempt), bytes) => {
                self.desk.fetched((id, attempt), bytes, now);
            }
            Command::Connected => {
                self.up.send_modify(|up| *up = up.or(Some(now)));
                self.desk.connected(now);
            }
            Command::Disconnected => {
                self.epoch.send_modify(|epoch| *epoch += 1);
                self.up.send_replace(None);
                self.desk.disconnected(now);
            }
            Command::Denied(subject, text) => self.desk.denied(&subject, &text, now),
            Command::Close => return false,
        }
        true
    }

    /// The subject says what it is about, so that also what cannot be read is the answer to something.
    fn message(&mut self, message: &Message) {
        let now = Instant::now();
        let Some(about) = message.subject.strip_prefix(&*self.inbox) else {
            return;
        };
        let mut about = about.split('.').skip(1);
        let (kind, first, second) = (about.next(), about.next(), about.next());
        let nobody = message.status == Some(StatusCode::NO_RESPONDERS);
        let reply = message.reply.as_ref().map(ToString::to_string);
        let number = || first.and_then(|number| number.parse().ok());
        match kind {
            Some("c") => self.claim(first.unwrap_or_default(), message, reply, now),
            Some("g") => {
                if let (Ok(ToCaller::Part { start, at }), Some(reply)) =
                    (read(&message.payload), reply)
                {
                    self.desk.part(start, at, reply);
                }
            }
            Some("r") => {
                let attempt = second.and_then(|attempt| attempt.parse().ok());
                if let (Some(id), Some(attempt)) = (number(), attempt) {
                    self.answer((id, attempt), message, reply, now);
                }
            }
            Some("p") => {
                if let Some(id) = number() {
                    self.desk.accepted(id, ack(message), now);
                }
            }
            Some("w") => match (number(), read(&message.payload)) {
                (Some(number), _) if nobody => self.desk.nobody(number, now),
                (
                    Some(number),
                    Ok(ToCaller::Has {
                        release,
                        has,
                        similar,
                    }),
                ) => {
                    self.desk.has(number, (release, has, similar), now);
                }
                _ => {}
            },
            Some("n") => match (first, read(&message.payload)) {
                (Some(node), _) if nobody => self.desk.not_there(node, now),
                (Some(node), Ok(ToCaller::Pong { unknown })) => self.desk.pong(node, &unknown, now),
                _ => {}
            },
            _ => {}
        }
    }

    fn claim(&mut self, cluster: &str, message: &Message, reply: Option<String>, now: Instant) {
        let Some(reply) = reply else { return };
        if let Ok(ToCaller::Claim { node, host, calls }) = read(&message.payload) {
            self.desk
                .claim((&node, &host), (cluster, &calls), reply, now);
        }
    }

    fn answer(&mut self, start: Start, message: &Message, reply: Option<String>, now: Instant) {
        let heard = match read(&message.payload) {
            Ok(ToCaller::Answer {
                start: said,
                outcome,
                ..
            }) if said == start => self.desk.answer(start, outcome, now),
            _ => {
                self.desk.garbled(start, now);
                true
            }
        };
        if let Some(node) = reply.filter(|_| heard) {
            self.received.entry(node).or_default().push(start);
        }
    }

    /// Carries out what has been decided.
    fn act(&mut self) {
        for action in self.desk.actions() {
            match action {
                Action::Publish(publish) => self.publish(publish),
                Action::Fetch {
                    id,
                    attempt,
                    node,
                    total,
                } => self.fetch((id, attempt), &node, total),
                Action::Running(id, running) => {
                    if let Some(caller) = self.callers.get(&id) {
                        caller.running(running);
                    }
                }
                Action::Finish(id, end) => {
                    self.clusters.remove(&id);
                    if let Some(caller) = self.callers.remove(&id) {
                        caller.finish(end);
                    }
                }
            }
        }
        for (node, starts) in std::mem::take(&mut self.received) {
            let inbox = self.inbox.clone();
            self.publish(Publish {
                subject: node,
                reply: None,
                traceparent: None,
                payload: write(&ToNode::Received { inbox, starts }),
            });
        }
        let now = Instant::now();
        match self.desk.next_look(now) {
            None => self.look_at = None,
            // A time that was set stays, or under load it would never come; an earlier one counts.
            Some(at) => self.look_at = Some(self.look_at.map_or(at, |before| before.min(at))),
        }
    }

    fn publish(&self, publish: Publish) {
        let epoch = *self.epoch.borrow();
        // The task that sends lives as long as this.
        let _ = self.outgoing.send((epoch, publish));
    }
}
