//! Starts and ends watches. A watch ends with its runtime, or when another watch replaces it.

use std::{
    collections::HashMap,
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc,
    },
    task::{Context, Poll},
    thread::{self, JoinHandle, Thread},
    time::Duration,
};

use tokio::{
    runtime::{Handle, Id},
    task::AbortHandle,
};

use crate::{
    Blocked,
    origin::{Inside, Origin},
    watcher::{Ends, Tell, Watcher, forget, own_name},
};

/// Calls `tell` for every worker of this runtime that has not returned to it for `limit`.
///
/// `tell` runs on the watching thread. It may block, but nothing is watched meanwhile. A panic in it has no effect. Until a worker
/// returns to its runtime, each place in which it blocks gives one report. A second call of this function replaces the first, and
/// `Duration::ZERO` ends the watch. The watch also ends with its runtime.
///
/// A limit below 4 ms is checked once a millisecond. The watch begins when it has read the debug information of the program, which may
/// take a second for a large dev build.
///
/// # Errors
///
/// Outside of a runtime, and if the system refuses to start a thread.
///
/// ```
/// # use std::time::Duration;
/// # #[tokio::main]
/// # async fn main() -> std::io::Result<()> {
/// tokio_offload_watch::on_blocked(Duration::from_millis(100), |report| eprintln!("{report}"))?;
/// # Ok(())
/// # }
/// ```
pub fn on_blocked(limit: Duration, tell: impl Fn(&Blocked) + Send + 'static) -> io::Result<()> {
    watch(Slot::Hook, limit, Box::new(tell))
}

/// Who started a watch. Each kind has a watch of its own, so that one does not replace another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Slot {
    #[cfg(feature = "tracing")]
    Warn,
    Hook,
    /// The attribute on `main`.
    Main,
    Deny,
}

/// Starts the watch of this slot and ends the one before.
pub(crate) fn watch(slot: Slot, limit: Duration, tell: Tell) -> io::Result<()> {
    if limit.is_zero() {
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        set((runtime.id(), slot), None);
        return Ok(());
    }
    start(slot, limit, Inside::unknown(), tell).map(drop)
}

/// A watch that can be ended and joined.
#[derive(Debug)]
pub(crate) struct Started {
    ended: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Started {
    /// Ends the watch and waits until it has made its last report. Returns false if the watch had ended by a panic, and so may have seen
    /// nothing.
    pub(crate) fn end(self) -> bool {
        self.ended.store(true, Relaxed);
        self.thread.thread().unpark();
        // The watch catches panics of `tell`, so a panic of its thread is its own.
        self.thread.join().map_err(forget).is_ok()
    }

    /// A watch whose thread runs `thread`.
    #[cfg(test)]
    pub(crate) fn with(thread: JoinHandle<()>) -> Self {
        Self {
            ended: Arc::default(),
            thread,
        }
    }
}

/// Starts the watch of this slot and ends the one before.
pub(crate) fn start(
    slot: Slot,
    limit: Duration,
    inside: Inside,
    tell: Tell,
) -> io::Result<Started> {
    let runtime = Handle::try_current().map_err(io::Error::other)?;
    let (alive, ended) = (Arc::new(()), Arc::new(AtomicBool::new(false)));
    let ends = Ends {
        alive: Arc::downgrade(&alive),
        ended: Arc::clone(&ended),
    };
    let worker_name = Arc::new(OnceLock::new());
    let origin = Origin {
        inside,
        is_short: slot == Slot::Deny,
        worker_name: Arc::clone(&worker_name),
    };
    let watcher = Watcher::new(&runtime, limit, origin, (ends, tell));
    let thread = thread::Builder::new().name("offload-watch".into());
    // The start is waited for, since in a large unoptimised program half a second may pass until stacks can be read.
    let (ready, is_ready) = mpsc::channel();
    let ready = (slot == Slot::Deny).then_some(ready);
    let thread = thread.spawn(move || watcher.run(ready.as_ref()))?;
    // Without a sender, or with one that is gone, there is nothing to wait for.
    _ = is_ready.recv();
    let sentinel = Sentinel {
        alive: Some(alive),
        watch: thread.thread().clone(),
        worker_name,
    };
    let running = Running {
        sentinel: runtime.spawn(sentinel).abort_handle(),
        ended: Arc::clone(&ended),
        thread: thread.thread().clone(),
    };
    set((runtime.id(), slot), Some(running));
    Ok(Started { ended, thread })
}

/// A watch that another one may replace.
struct Running {
    sentinel: AbortHandle,
    ended: Arc<AtomicBool>,
    thread: Thread,
}

impl Running {
    /// Sets the flag too, because the runtime drops the aborted sentinel only when a worker returns to it.
    fn end(&self) {
        self.ended.store(true, Relaxed);
        self.thread.unpark();
        self.sentinel.abort();
    }
}

/// The running watches, by runtime and by who started them.
static WATCHES: Mutex<Option<HashMap<(Id, Slot), Running>>> = Mutex::new(None);

fn set(key: (Id, Slot), running: Option<Running>) {
    let mut watches = WATCHES.lock().unwrap_or_else(PoisonError::into_inner);
    let watches = watches.get_or_insert_default();
    watches.retain(|_, running| !running.sentinel.is_finished());
    let before = match running {
        Some(running) => watches.insert(key, running),
        None => watches.remove(&key),
    };
    if let Some(before) = before {
        before.end();
    }
}

/// A task that never ends by itself. The runtime drops it when it shuts down, which is the only sign of that.
struct Sentinel {
    alive: Option<Arc<()>>,
    watch: Thread,
    worker_name: Arc<OnceLock<String>>,
}

impl Drop for Sentinel {
    /// Wakes the watch when it has to end, because with a long limit it sleeps for long.
    fn drop(&mut self) {
        self.alive = None;
        self.watch.unpark();
    }
}

impl Future for Sentinel {
    type Output = ();

    /// The runtime polls it once, on a worker.
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if let Some(name) = own_name() {
            // It is set nowhere else.
            _ = self.worker_name.set(name);
        }
        Poll::Pending
    }
}
