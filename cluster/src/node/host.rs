//! The task of a node: it hears everything, and decides what the node does next.

use std::{
    collections::HashMap,
    env, fs,
    future::Future,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use async_nats::Message;
use futures_util::{FutureExt, StreamExt, stream::SelectAll};
use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    oneshot,
};
use tokio_offload_remote::Function;

use crate::{
    cluster::Cluster,
    link::{Link, denial::denied},
    message::{Outcome, Start},
    node::{
        NodeError,
        answers::Answers,
        body::sealed::Place,
        hearing::{About, Heard},
        tickets::Claim,
    },
    release::Release,
};

/// How often time is looked at.
const TICK: Duration = Duration::from_millis(100);
/// How many messages are heard before anything is sent.
const BATCH: usize = 256;
/// How long a node that ends waits for the word of callers that results have come.
const LAST: Duration = Duration::from_secs(5);
/// The longest grace that is counted: the clock has an end.
const FOREVER: Duration = Duration::from_secs(1 << 30);

/// A queue of a cluster that the node is part of.
#[derive(Debug)]
pub(crate) struct Served {
    pub(super) cluster: &'static Cluster,
    /// Which of its queues.
    pub(super) shard: u32,
    pub(super) release: Release,
    pub(super) functions: HashMap<u64, &'static Function>,
    /// How many tickets the server was asked for that have not come.
    pub(super) wanted: usize,
    pub(super) pulled: Option<Instant>,
    /// The stream or the consumer is not there, and is to be made at that time.
    pub(super) missing: Option<Instant>,
    /// That is on its way.
    pub(super) declaring: bool,
}

impl Served {
    /// Where its tickets are.
    pub(super) const fn place(&self) -> (&'static str, u32) {
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
            pulled: None,
            missing: None,
            declaring: false,
        }
    }
}

/// Which call of which caller.
pub(super) type Key = (Arc<str>, u64);

/// A body that runs, or will as soon as its arguments are there.
#[derive(Debug)]
pub(super) struct AtWork {
    pub(super) attempt: u32,
    pub(super) secret: u64,
    /// The cluster, by its place among those of the node.
    pub(super) at: usize,
    pub(super) since: Instant,
    /// Dropped to end it.
    pub(super) stop: Option<oneshot::Sender<()>>,
    /// The caller is gone, or does not want it: nobody is told of its end.
    pub(super) unwanted: bool,
}

/// What bodies tell.
pub(super) enum Told {
    /// How a body ended.
    Ended(usize, Key, u32, Outcome),
    /// A place is free.
    Free,
    /// Whether what a queue is heard through was made.
    Declared(usize, bool),
}

/// See above.
pub(crate) struct Host {
    pub(super) link: Arc<Link>,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) inbox: String,
    pub(super) served: Vec<Served>,
    pub(super) place: Arc<dyn Place>,
    pub(super) slots: usize,
    pub(super) busy: usize,
    pub(super) done: u64,
    pub(super) labels: Vec<(String, String)>,
    pub(super) manages: bool,
    pub(super) draining: bool,
    pub(super) claims: HashMap<Key, Claim>,
    /// Claims that were sent together, by the number in the subject of the answer.
    pub(super) asked: HashMap<u64, Vec<Key>>,
    pub(super) numbers: u64,
    pub(super) at_work: HashMap<Key, AtWork>,
    pub(super) answers: Answers,
    /// When each caller was heard of last.
    pub(super) heard: HashMap<Arc<str>, Instant>,
    pub(super) tell: UnboundedSender<Told>,
    told: Option<UnboundedReceiver<Told>>,
}

impl Host {
    pub(crate) fn new(
        link: Arc<Link>,
        served: Vec<Served>,
        place: Arc<dyn Place>,
        (slots, labels): (usize, Vec<(String, String)>),
        manages: bool,
    ) -> Self {
        let inbox = link.client.new_inbox();
        let id: String = inbox.rsplit('.').next().unwrap_or(&inbox).to_owned();
        let (tell, told) = unbounded_channel();
        Self {
            link,
            id,
            name: host_name(),
            inbox,
            served,
            place,
            slots,
            busy: 0,
            done: 0,
            labels,
            manages,
            draining: false,
            claims: HashMap::new(),
            asked: HashMap::new(),
            numbers: 0,
            at_work: HashMap::new(),
            answers: Answers::default(),
            heard: HashMap::new(),
            tell,
            told: Some(told),
        }
    }

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

    /// What is not sent now is sent again: a connection that is lost is seen elsewhere.
    pub(super) async fn send(&self, subject: String, reply: Option<String>, payload: Vec<u8>) {
        let client = &self.link.client;
        let _ = match reply {
            None => client.publish(subject, payload.into()).await,
            Some(reply) => {
                client
                    .publish_with_reply(subject, reply, payload.into())
                    .await
            }
        };
    }

    /// The attempt that is at work for a call.
    pub(super) fn knows(&self, caller: &Arc<str>, (call, attempt): Start) -> bool {
        let key = (Arc::clone(caller), call);
        self.claims.contains_key(&key)
            || self
                .at_work
                .get(&key)
                .is_some_and(|at| at.attempt == attempt)
            || self.answers.contains_key(&(key, attempt))
    }
}

/// What this machine is called, for people.
fn host_name() -> String {
    let said = env::var("HOSTNAME").ok();
    let kernel = || fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let windows = || env::var("COMPUTERNAME").ok();
    let name = said.or_else(kernel).or_else(windows);
    name.map_or_else(|| "unknown".to_owned(), |name| name.trim().to_owned())
}
