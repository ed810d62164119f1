//! Opens and closes the connection, and owns its thread.

use std::{
    process,
    sync::{Arc, atomic::AtomicU64},
    thread,
    time::{Duration, Instant},
};

use tokio::{
    runtime::{Builder, Handle},
    sync::{broadcast, mpsc::unbounded_channel, oneshot, watch},
};

use super::{
    actor::Actor,
    command::Command,
    connect::{Connect, ConnectError},
    connection::{Link, Now, now},
};
use crate::parts::{SharedClient, Turns, part_of};

/// Connects this process to the servers. All its clusters share the connection. While no server can be reached, it waits and
/// tries again, for as long as [`Connect::wait_for_servers`] says; a lost connection is restored automatically.
///
/// The connection has its own thread, `offload-cluster`, and does not depend on a runtime of the program.
///
/// ```no_run
/// use tokio_offload_cluster::{Connect, connect};
///
/// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
/// connect(Connect::from_env()).await?;
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// When no server could be reached in the time set, when the servers refuse the login or the certificates, when a file cannot be read,
/// when the prefix of the inbox or the domain has other characters than those allowed, or when this process is already connected.
///
/// # Cancel safety
///
/// Dropping the future undoes the attempt: `connect` may be called again.
pub async fn connect(to: Connect) -> Result<(), ConnectError> {
    open(to).await
}

/// Closes the connection. Calls that have not ended fail with
/// [`Error::Shutdown`](tokio_offload::Error::Shutdown). Afterwards [`connect`] may be called again.
///
/// ```no_run
/// # async fn f() {
/// tokio_offload_cluster::disconnect().await;
/// # }
/// ```
///
/// # Cancel safety
///
/// If the future is dropped while it waits, this process is disconnected all the same: its calls fail, and so do new ones.
pub async fn disconnect() {
    close().await;
}

/// Restores the state if the caller of `connect` drops the future.
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

/// The report of the thread. On drop, closes a connection that was made but not taken, because the future of `connect` was dropped.
struct Opened(oneshot::Receiver<Result<Arc<Link>, ConnectError>>);

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.close();
        if let Ok(Ok(link)) = self.0.try_recv() {
            // If its thread has ended, there is nothing to close.
            let _ = link.tell(Command::Close);
        }
    }
}

async fn open(to: Connect) -> Result<(), ConnectError> {
    let opening = Opening::begin()?;
    let (ready, opened) = oneshot::channel();
    let thread = thread::Builder::new().name("offload-cluster".to_owned());
    let spawned = thread.spawn(move || serve(&to, ready));
    spawned.map_err(|error| ConnectError::new(&format!("no thread for it: {error}")))?;
    let ended = |_| Err(ConnectError::new("its thread has ended"));
    let mut opened = Opened(opened);
    let link = (&mut opened.0).await.unwrap_or_else(ended)?;
    *now() = Now::Open(link);
    drop(opening);
    Ok(())
}

/// A connection that was taken away. It is closed on drop, so also if the caller of `disconnect` drops the future.
struct Closing(Arc<Link>);

impl Drop for Closing {
    fn drop(&mut self) {
        // If its thread has ended, there is nothing to close.
        let _ = self.0.tell(Command::Close);
    }
}

async fn close() {
    let Some(link) = take() else { return };
    let closing = Closing(Arc::clone(&link));
    // The last messages are sent before the connection is closed, if there is one.
    if link.up.borrow().is_some() {
        let _ = tokio::time::timeout(Duration::from_secs(2), send_all(&link)).await;
    }
    drop(closing);
    link.commands.closed().await;
}

/// Takes the connection away, if there is one. A `connect` that is running meanwhile is not disturbed.
fn take() -> Option<Arc<Link>> {
    let mut now = now();
    match std::mem::replace(&mut *now, Now::None) {
        Now::Open(link) => Some(link),
        other => {
            *now = other;
            None
        }
    }
}

async fn send_all(link: &Link) {
    let (tell, settled) = oneshot::channel();
    if link.tell(Command::Settle(tell)).is_ok() {
        // If the thread has ended, nothing can be sent.
        let _ = settled.await;
    }
    let _ = link.client.get().flush().await;
}

/// Runs the thread. It ends when it is told to, or when the future of `connect` is dropped.
fn serve(to: &Connect, ready: oneshot::Sender<Result<Arc<Link>, ConnectError>>) {
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let error = ConnectError::new(&format!("no runtime for it: {error}"));
            return drop(ready.send(Err(error)));
        }
    };
    runtime.block_on(live(to, ready));
    // Requests of large results may still be waiting.
    runtime.shutdown_background();
}

/// Connects, reports the result, and serves the calls of this process.
async fn live(to: &Connect, mut ready: oneshot::Sender<Result<Arc<Link>, ConnectError>>) {
    let (commands, heard) = unbounded_channel();
    let opened = tokio::select! {
        opened = to.open_with_inbox(None, commands.clone()) => opened,
        () = ready.closed() => return,
    };
    let (client, inbox, subscriber) = match opened {
        Ok(opened) => opened,
        Err(error) => return drop(ready.send(Err(error))),
    };
    let (part, turns) = (part_of(&client), Arc::new(Turns::new()));
    let client = SharedClient::new(client);
    let (denials, _) = broadcast::channel(64);
    let (is_up, up) = watch::channel(Some(Instant::now()));
    let (is_deaf, deaf) = watch::channel(None);
    let link = Arc::new(Link {
        client: client.clone(),
        domain: to.domain.clone(),
        runtime: Handle::current(),
        commands: commands.clone(),
        ids: AtomicU64::new(1),
        owner: process::id(),
        up,
        denials: denials.clone(),
        deaf,
        turns: Arc::clone(&turns),
    });
    if ready.send(Ok(link)).is_ok() {
        let actor = Actor::new(
            (client, to.clone()),
            (inbox, part, turns),
            (commands, is_up),
            (denials, is_deaf),
        );
        // A task of its own, because the runtime asks the system for events each time that it polls the outermost future.
        let _ = tokio::spawn(actor.run(subscriber, heard)).await;
    }
}
