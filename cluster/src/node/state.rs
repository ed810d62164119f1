//! The state of a node: the queues it serves and the calls it has. Also how it sends messages.

use std::{
    collections::HashMap,
    env, fs,
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::Instant,
};

use async_nats::Client;
use tokio::{
    runtime::Handle,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::AbortHandle,
};
use tokio_offload_remote::Function;

use super::{
    ended_bodies::EndedBodies,
    place::Place,
    unanswered::Unanswered,
    unconfirmed::Answers,
    work::{AtWork, BodyId, CallId, Claim, NodeEvent, Trouble},
};
use crate::{cluster::Cluster, link::Link, release::Release, stream::GivenTickets, uplink::Uplink};

/// A queue of a cluster that the node is part of.
#[derive(Debug)]
pub(crate) struct Served {
    pub(super) cluster: &'static Cluster,
    /// The number of the queue.
    pub(super) shard: u32,
    pub(super) release: Release,
    pub(super) functions: HashMap<u64, &'static Function>,
    /// How many requested tickets have not arrived.
    pub(super) wanted: usize,
    /// How many of these the server delivers at once, or reports that it does not.
    pub(super) at_once: usize,
    /// When the server last answered about the requests for tickets, or was sent one.
    pub(super) heard: Option<Instant>,
    /// Whether it had more tickets than were requested when the server last said so.
    pub(super) has_more: bool,
    /// When to make the stream or the consumer, if one of them does not exist.
    pub(super) missing: Option<Instant>,
    /// Whether a task is making it.
    pub(super) declaring: bool,
    /// Whether a ticket that nodes were given may have ended the connection.
    pub(super) suspicious: bool,
    /// How far searches for it have come.
    pub(super) looked_at: GivenTickets,
    /// The last search. It ends when another one begins, or with the node.
    pub(super) search: LastTask,
}

/// The task that was started last.
#[derive(Debug, Default)]
pub(super) struct LastTask(Option<AbortHandle>);

impl LastTask {
    pub(super) fn replace(&mut self, task: AbortHandle) {
        if let Some(before) = self.0.replace(task) {
            before.abort();
        }
    }
}

impl Drop for LastTask {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

impl Served {
    /// A ticket that was requested has arrived.
    pub(super) fn arrived(&mut self) {
        self.wanted = self.wanted.saturating_sub(1);
        self.at_once = self.at_once.saturating_sub(1);
        self.heard = Some(Instant::now());
    }

    /// The server has none of the requests any more.
    pub(super) const fn forget_requests(&mut self) {
        self.wanted = 0;
        self.at_once = 0;
    }

    /// The cluster and the shard, whose stream has its tickets.
    pub(super) const fn queue(&self) -> (&'static str, u32) {
        (self.cluster.name, self.shard)
    }

    pub(crate) fn new(cluster: &'static Cluster, shard: u32, release: Release) -> Self {
        let functions = release.functions.iter();
        Self {
            cluster,
            shard,
            functions: functions
                .map(|function| (function.key(), *function))
                .collect(),
            release,
            wanted: 0,
            at_once: 0,
            heard: None,
            has_more: false,
            missing: None,
            declaring: false,
            suspicious: false,
            looked_at: GivenTickets::default(),
            search: LastTask::default(),
        }
    }
}

/// Makes numbers in subjects that nobody can guess.
#[derive(Debug, Default)]
struct Numbers {
    count: u64,
    secret: RandomState,
}

/// What the node last saw of the time and of its connection.
#[derive(Debug)]
pub(super) struct Seen {
    /// The time of the last tick, and the first of the ticks without a long pause.
    pub(super) looked: Instant,
    pub(super) awake: Instant,
    /// The client that has its subscriptions.
    pub(super) client: Arc<Client>,
}

impl Seen {
    const fn of(client: Arc<Client>, now: Instant) -> Self {
        Self {
            looked: now,
            awake: now,
            client,
        }
    }
}

/// The state of a node. Its rules are in the other files.
pub(crate) struct NodeState {
    pub(super) link: Arc<Link>,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) inbox: String,
    pub(super) served: Vec<Served>,
    pub(super) place: Arc<dyn Place>,
    /// The runtime of the program, in which bodies run.
    pub(super) runtime: Handle,
    pub(super) slots: usize,
    pub(super) busy: usize,
    pub(super) done: u64,
    pub(super) labels: Vec<(String, String)>,
    pub(super) manages: bool,
    pub(super) draining: bool,
    pub(super) trouble: Trouble,
    pub(super) claims: HashMap<CallId, Claim>,
    /// Claims that were given up, and whose callers may yet answer.
    pub(super) unanswered: Unanswered,
    /// Claims that were sent together, by the number in the subject of the answer.
    pub(super) asked: HashMap<u64, Vec<CallId>>,
    numbers: Numbers,
    /// The callers that have not answered a claim in time, and when that was noticed last.
    pub(super) silent: HashMap<Arc<str>, Instant>,
    /// The inbox prefixes of callers to which the servers do not let it send, and when they said so.
    pub(super) mute: HashMap<String, Instant>,
    pub(super) at_work: HashMap<CallId, AtWork>,
    /// The callers that send arguments, and when they last did, or were first asked for them.
    pub(super) sends: HashMap<Arc<str>, Instant>,
    pub(super) answers: Answers,
    /// The results in flight, and requests for more.
    pub(super) uplink: Uplink<BodyId>,
    /// The starts that must not begin again.
    pub(super) ended: EndedBodies,
    /// Tickets whose calls the node has, and of which the server has not been told.
    pub(super) used: Vec<String>,
    pub(super) seen: Seen,
    pub(super) events: UnboundedSender<NodeEvent>,
    pub(super) next_events: Option<UnboundedReceiver<NodeEvent>>,
}

impl NodeState {
    /// Must be called inside the runtime of the program.
    pub(crate) fn new(
        link: Arc<Link>,
        (served, place): (Vec<Served>, Arc<dyn Place>),
        (slots, labels, manages): (usize, Vec<(String, String)>, bool),
    ) -> Self {
        let client = link.client.get();
        let inbox = client.new_inbox();
        let (events, next_events) = unbounded_channel();
        Self {
            link,
            id: inbox.rsplit('.').next().unwrap_or(&inbox).to_owned(),
            name: host_name(),
            inbox,
            served,
            place,
            runtime: Handle::current(),
            slots,
            busy: 0,
            done: 0,
            labels,
            manages,
            draining: false,
            trouble: Trouble::default(),
            claims: HashMap::new(),
            unanswered: Unanswered::default(),
            asked: HashMap::new(),
            numbers: Numbers::default(),
            silent: HashMap::new(),
            mute: HashMap::new(),
            at_work: HashMap::new(),
            sends: HashMap::new(),
            answers: Answers::default(),
            uplink: Uplink::new(),
            ended: EndedBodies::default(),
            seen: Seen::of(client, Instant::now()),
            used: Vec::new(),
            events,
            next_events: Some(next_events),
        }
    }

    /// The end of the subject for the server's answers to pulls from a queue.
    pub(super) fn pulls(&self, at: usize) -> String {
        format!("t.{at}.{}", self.numbers.secret.hash_one(("pull", at)))
    }

    /// The number of a claim, or of a message to itself.
    pub(super) fn number(&mut self) -> u64 {
        self.numbers.count += 1;
        self.numbers.secret.hash_one(("claim", self.numbers.count))
    }

    /// Sends a message. Errors are ignored, because messages are repeated and a lost connection is noticed elsewhere.
    pub(super) async fn send(&self, subject: String, reply: Option<String>, payload: Vec<u8>) {
        let client = self.link.client.get();
        let _ = match reply {
            None => client.publish(subject, payload.into()).await,
            Some(reply) => {
                client
                    .publish_with_reply(subject, reply, payload.into())
                    .await
            }
        };
    }

    /// Whether the node claims the call of this body, or has its answer.
    pub(super) fn knows(&self, body: &BodyId) -> bool {
        self.claims.contains_key(&body.call()) || self.answers.contains_key(body)
    }
}

/// The name of this machine, for people.
fn host_name() -> String {
    let said = env::var("HOSTNAME").ok();
    let kernel = || fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let windows = || env::var("COMPUTERNAME").ok();
    let name = said.or_else(kernel).or_else(windows);
    name.map_or_else(|| "unknown".to_owned(), |name| name.trim().to_owned())
}
