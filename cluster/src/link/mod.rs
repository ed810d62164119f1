//! The connection of this process, and the thread that has it.
//!
//! `connect` is how it is opened, `actor` what the thread does, `call` the future of one call, `denial` what the servers
//! refuse. Imports `desk` and what is below it.

mod actor;
pub(crate) mod call;
pub(crate) mod connect;
pub(crate) mod denial;

use std::{
    process,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use async_nats::Client;
use tokio::{
    runtime::Builder,
    sync::{
        broadcast,
        mpsc::{UnboundedSender, unbounded_channel},
        oneshot, watch,
    },
};
use tokio_offload_remote::Failure;

use crate::{
    desk::NewCall,
    link::{
        actor::Actor,
        call::Shared,
        connect::{Connect, ConnectError},
        denial::Denial,
    },
    message::Start,
    parts::part_of,
};

/// What the thread with the connection is told.
#[derive(Debug)]
pub(crate) enum Command {
    Submit(Box<NewCall>, Arc<Shared>),
    Cancel(u64),
    Forget(u64),
    Fetched(Start, Option<Vec<u8>>),
    Connected,
    Disconnected,
    /// The servers refused something.
    Denied(Denial),
    Close,
}

/// The connection, as the rest of the process knows it.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) client: Client,
    commands: UnboundedSender<Command>,
    ids: AtomicU64,
    owner: u32,
    /// Since when there is a connection.
    up: watch::Receiver<Option<Instant>>,
    denials: broadcast::Sender<Denial>,
}

#[derive(Debug)]
enum Now {
    None,
    /// Somebody is about to connect.
    Opening,
    Open(Arc<Link>),
}

static LINK: Mutex<Now> = Mutex::new(Now::None);

fn now() -> MutexGuard<'static, Now> {
    LINK.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Link {
    pub(crate) fn next_id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Since when there is a connection, and each change of that.
    pub(crate) fn up(&self) -> watch::Receiver<Option<Instant>> {
        self.up.clone()
    }

    /// Fails once the thread has gone.
    pub(crate) fn tell(&self, command: Command) -> Result<(), Failure> {
        self.commands.send(command).map_err(|_| Failure::Shutdown)
    }
}

/// The connection, if this process has one.
pub(crate) fn current() -> Result<Arc<Link>, Failure> {
    let Now::Open(link) = &*now() else {
        return Err(Failure::Unreachable(
            "not connected: await `tokio_offload_cluster::connect(..)` first".to_owned(),
        ));
    };
    if link.owner != process::id() {
        return Err(Failure::Forked(link.owner));
    }
    Ok(Arc::clone(link))
}

/// Puts things back if whoever connects does not come to the end.
struct Opening;

impl Opening {
    fn begin() -> Result<Self, ConnectError> {
        let mut before = now();
        if !matches!(*before, Now::None) {
            return Err(ConnectError::new("this process has one already"));
        }
        *before = Now::Opening;
        Ok(Self)
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        let mut now = now();
        if matches!(*now, Now::Opening) {
            *now = Now::None;
        }
    }
}

pub(crate) async fn open(to: Connect) -> Result<(), ConnectError> {
    let opening = Opening::begin()?;
    let (ready, opened) = oneshot::channel();
    let thread = thread::Builder::new().name("offload-cluster".to_owned());
    let spawned = thread.spawn(move || serve(&to, ready));
    spawned.map_err(|error| ConnectError::new(&format!("no thread for it: {error}")))?;
    let link = opened
        .await
        .unwrap_or_else(|_| Err(ConnectError::new("its thread has ended")))?;
    *now() = Now::Open(link);
    drop(opening);
    Ok(())
}

pub(crate) async fn close() {
    let before = std::mem::replace(&mut *now(), Now::None);
    let link = match before {
        Now::Open(link) => link,
        other => {
            *now() = other;
            return;
        }
    };
    // What was said last is on its way before the connection goes, if there is one.
    if link.up.borrow().is_some() {
        let _ = tokio::time::timeout(Duration::from_secs(2), link.client.flush()).await;
    }
    let _ = link.tell(Command::Close);
    link.commands.closed().await;
}

/// The thread. It ends when it is told to, or when whoever wanted a connection has gone before there was one.
fn serve(to: &Connect, mut ready: oneshot::Sender<Result<Arc<Link>, ConnectError>>) {
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let error = ConnectError::new(&format!("no runtime for it: {error}"));
            return drop(ready.send(Err(error)));
        }
    };
    let (commands, heard) = unbounded_channel();
    runtime.block_on(async {
        let opened = tokio::select! {
            opened = to.open(commands.clone()) => opened,
            () = ready.closed() => return,
        };
        let opened = match opened {
            Ok(client) => subscribe(client).await,
            Err(error) => Err(error),
        };
        let (client, inbox, subscriber) = match opened {
            Ok(opened) => opened,
            Err(error) => return drop(ready.send(Err(error))),
        };
        let part = part_of(&client);
        let (denials, _) = broadcast::channel(64);
        let (is_up, up) = watch::channel(Some(Instant::now()));
        let link = Arc::new(Link {
            client: client.clone(),
            commands: commands.clone(),
            ids: AtomicU64::new(1),
            owner: process::id(),
            up,
            denials: denials.clone(),
        });
        if ready.send(Ok(link)).is_ok() {
            Actor::new(client, (inbox, part), (commands, is_up), denials)
                .run(subscriber, heard)
                .await;
        }
    });
    // Requests of large results may still wait.
    runtime.shutdown_background();
}

async fn subscribe(
    client: Client,
) -> Result<(Client, String, async_nats::Subscriber), ConnectError> {
    let inbox = client.new_inbox();
    let refused = |error: &dyn std::fmt::Display| ConnectError::new(&error.to_string());
    let subscriber = client.subscribe(format!("{inbox}.>")).await;
    let subscriber = subscriber.map_err(|error| refused(&error))?;
    client.flush().await.map_err(|error| refused(&error))?;
    Ok((client, inbox, subscriber))
}
