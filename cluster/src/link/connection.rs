//! The connection of this process, as callers and nodes use it.

use std::{
    future::Future,
    process,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use tokio::{
    runtime::Handle,
    sync::{
        broadcast::{self, Receiver},
        mpsc::UnboundedSender,
        watch,
    },
    task::JoinHandle,
};
use tokio_offload_remote::Failure;

use super::{
    command::Command,
    denial::{Denial, denied},
};
use crate::{
    parts::{SharedClient, Turns},
    stream::JetStream,
};

/// The connection, as the rest of the process uses it.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) client: SharedClient,
    /// The domain of the `JetStream` that has the streams, if it is not the server's own.
    pub(crate) domain: Option<Arc<str>>,
    /// The runtime of the thread that has the connection.
    pub(super) runtime: Handle,
    pub(super) commands: UnboundedSender<Command>,
    pub(super) ids: AtomicU64,
    pub(super) owner: u32,
    /// When the connection was made, if there is one.
    pub(super) up: watch::Receiver<Option<Instant>>,
    pub(super) denials: broadcast::Sender<Denial>,
    /// What the servers said when they refused the inbox, if they have.
    pub(super) deaf: watch::Receiver<Option<String>>,
    /// The turns to request parts of large values.
    pub(crate) turns: Arc<Turns>,
}

#[derive(Debug)]
pub(super) enum Now {
    None,
    /// `connect` is running.
    Opening,
    Open(Arc<Link>),
}

static LINK: Mutex<Now> = Mutex::new(Now::None);

pub(super) fn now() -> MutexGuard<'static, Now> {
    LINK.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Link {
    /// The `JetStream` that has the streams.
    pub(crate) fn jetstream(&self) -> JetStream<'_> {
        JetStream {
            client: self.client.get(),
            domain: self.domain.as_deref(),
        }
    }

    pub(crate) fn next_id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Watches when the connection was made.
    pub(crate) fn up(&self) -> watch::Receiver<Option<Instant>> {
        self.up.clone()
    }

    /// Runs a task on the thread that has the connection. There a message is handled without waking another thread.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.runtime.spawn(task)
    }

    /// Sends a command. Fails if the thread has ended.
    pub(crate) fn tell(&self, command: Command) -> Result<(), Failure> {
        self.commands.send(command).map_err(|_| Failure::Shutdown)
    }

    /// Receives what is refused from now on.
    pub(crate) fn denials(&self) -> Receiver<Denial> {
        self.denials.subscribe()
    }

    /// Waits for `answer`. Fails if the servers refuse something that `concerns` it, because the answer would never come.
    pub(crate) async fn unless_denied<T>(
        &self,
        concerns: impl Fn(&Denial) -> bool,
        answer: impl Future<Output = Result<T, String>>,
    ) -> Result<T, String> {
        let mut denials = self.denials();
        if let Some(text) = self.deaf.borrow().clone() {
            // The refusal may have ended by the next query.
            let _ = self.tell(Command::Asked);
            return Err(text);
        }
        tokio::select! {
            answer = answer => answer,
            denial = denied(&mut denials, concerns) => Err(denial.text),
        }
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
