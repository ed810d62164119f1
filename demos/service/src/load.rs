//! The load: clients that send heavy requests one after the other, and some that only ping, on time.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::body::Bytes;
use hyper::Method;
use offload_examples::ticker::Tick;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout_at},
};

use crate::{
    Way,
    client::{Ask, Client},
    command::Command,
    in_words,
};

/// The requests of the heavy clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Hash,
    Thumbnail,
    Visit,
}

impl Endpoint {
    pub(crate) const ALL: [Self; 3] = [Self::Hash, Self::Thumbnail, Self::Visit];

    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Hash => "/hash",
            Self::Thumbnail => "/thumbnail",
            Self::Visit => "/visit/somebody",
        }
    }

    /// How many clients ask for it at the same time.
    pub(crate) const fn clients(self) -> usize {
        match self {
            Self::Hash | Self::Thumbnail => 4,
            Self::Visit => 2,
        }
    }
}

/// The load on a server.
pub(crate) struct Load {
    address: SocketAddr,
    picture: Bytes,
    lasting: Duration,
    requests: usize,
}

/// The result of a load.
pub(crate) struct Run {
    /// Nothing if there were only pings.
    pub(crate) way: Option<Way>,
    pub(crate) lasted: Duration,
    /// How long each answer took.
    pub(crate) took: [Vec<Duration>; 3],
    pub(crate) pings: Vec<Tick>,
    /// What the server reported about itself afterwards.
    pub(crate) metrics: String,
}

impl Load {
    pub(crate) fn new(command: &Command, address: SocketAddr, picture: Bytes) -> Self {
        Self {
            address,
            picture,
            lasting: command.lasting,
            requests: command.requests,
        }
    }

    /// Runs it, or without a way only the pings, for a part of the time.
    pub(crate) async fn run(self, way: Option<Way>) -> Result<Run, String> {
        let pinger = Pinger::start(self.address).await?;
        let began = Instant::now();
        let took = if way.is_some() {
            self.ask_for_all(began + self.lasting).await?
        } else {
            sleep(ALONE.min(self.lasting / 4)).await;
            Default::default()
        };
        let lasted = began.elapsed();
        let pings = pinger.stop().await?;
        let metrics = Ask {
            method: Method::GET,
            path: "/metrics",
            body: Bytes::new(),
        };
        let metrics = Client::connect(self.address).await?.ask(metrics).await?;
        Ok(Run {
            way,
            lasted,
            took,
            pings,
            metrics: String::from_utf8_lossy(&metrics).into_owned(),
        })
    }

    async fn ask_for_all(&self, end: Instant) -> Result<[Vec<Duration>; 3], String> {
        let mut clients = JoinSet::new();
        for (index, endpoint) in Endpoint::ALL.into_iter().enumerate() {
            let left = Arc::new(AtomicUsize::new(self.requests));
            for _ in 0..endpoint.clients() {
                let (asking, left) = (self.ask(endpoint), Arc::clone(&left));
                let client = Client::connect(self.address).await?;
                clients.spawn(async move { (index, again(client, asking, &left, end).await) });
            }
        }
        let mut all = <[Vec<Duration>; 3]>::default();
        while let Some(client) = clients.join_next().await {
            let (index, took) = client.map_err(in_words)?;
            all[index].extend(took?);
        }
        Ok(all)
    }

    fn ask(&self, endpoint: Endpoint) -> Ask {
        Ask {
            method: Method::POST,
            path: endpoint.path(),
            body: match endpoint {
                Endpoint::Hash => Bytes::from_static(b"correct horse battery staple"),
                Endpoint::Thumbnail => self.picture.clone(),
                Endpoint::Visit => Bytes::new(),
            },
        }
    }
}

/// Sends requests until the time or the requests are used up.
async fn again(
    mut client: Client,
    asking: Ask,
    left: &AtomicUsize,
    end: Instant,
) -> Result<Vec<Duration>, String> {
    let mut took = Vec::new();
    let take = |left: usize| left.checked_sub(1);
    while Instant::now() < end
        && left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok()
    {
        let asked = Instant::now();
        client.ask(asking.clone()).await?;
        took.push(asked.elapsed());
    }
    Ok(took)
}

/// Clients that ping by turns, one every few milliseconds, whether or not the answers before came in time.
struct Pinger {
    stop: watch::Sender<()>,
    clients: JoinSet<Result<Vec<Tick>, String>>,
}

impl Pinger {
    async fn start(address: SocketAddr) -> Result<Self, String> {
        let (stop, stopped) = watch::channel(());
        let mut connected = Vec::new();
        for _ in 0..PINGERS {
            connected.push(Client::connect(address).await?);
        }
        let (start, mut first) = (Instant::now(), Duration::ZERO);
        let mut clients = JoinSet::new();
        for client in connected {
            clients.spawn(ping(client, start, first, stopped.clone()));
            first += PERIOD;
        }
        Ok(Self { stop, clients })
    }

    /// All pings in the order in which they were due.
    async fn stop(self) -> Result<Vec<Tick>, String> {
        drop(self.stop);
        let mut pings = Vec::new();
        for client in self.clients.join_all().await {
            pings.extend(client?);
        }
        pings.sort_by_key(|ping| ping.due);
        Ok(pings)
    }
}

/// Each ping counts from the moment it was due, which a late answer does not postpone.
async fn ping(
    mut client: Client,
    start: Instant,
    mut due: Duration,
    mut stopped: watch::Receiver<()>,
) -> Result<Vec<Tick>, String> {
    let asking = Ask {
        method: Method::GET,
        path: "/ping",
        body: Bytes::new(),
    };
    let mut pings = Vec::new();
    while timeout_at((start + due).into(), stopped.changed())
        .await
        .is_err()
    {
        client.ask(asking.clone()).await?;
        let late = start.elapsed().saturating_sub(due);
        pings.push(Tick { due, late });
        due += PERIOD * PINGERS;
    }
    Ok(pings)
}

/// How often somebody pings.
pub(crate) const PERIOD: Duration = Duration::from_millis(5);
/// How many there are: an answer may take half a second before the next ping of its client is late for it.
const PINGERS: u32 = 100;
/// Long enough to see what a ping costs by itself.
const ALONE: Duration = Duration::from_secs(1);
