//! Handles signals that end the program, so that the terminal is restored.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::runtime::Runtime;

/// Whether a signal has asked this process to end.
#[derive(Clone, Debug)]
pub(crate) struct Ends(Arc<AtomicBool>);

impl Ends {
    /// From here on, signals that would end the process are recorded instead.
    pub(crate) fn hear(runtime: &Runtime) -> io::Result<Self> {
        let told = Self(Arc::default());
        let tells = told.clone();
        let _inside = runtime.enter();
        let mut signals = Signals::new()?;
        runtime.spawn(async move {
            signals.come().await;
            tells.0.store(true, Ordering::Relaxed);
        });
        Ok(told)
    }

    pub(crate) fn are_there(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(unix)]
struct Signals([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
            // The terminal was closed.
            signal(SignalKind::hangup())?,
        ]))
    }

    async fn come(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => (),
            _ = terminate.recv() => (),
            _ = hangup.recv() => (),
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn come(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
