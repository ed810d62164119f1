//! The signal that a runtime or a pool is shutting down.

use std::sync::{
    Arc, Weak,
    atomic::{AtomicBool, Ordering},
};

use super::cancel::{Reason, Stoppable};
use crate::sync::Mutex;

/// Raised once, when a runtime or a pool shuts down. A body can read it, or subscribe to it.
#[derive(Default)]
pub(crate) struct Signal {
    raised: AtomicBool,
    listeners: Mutex<Vec<Weak<dyn Stoppable>>>,
}

impl Signal {
    pub(crate) fn is_raised(&self) -> bool {
        self.raised.load(Ordering::Acquire)
    }

    /// Makes the signal visible as raised. [`raise`](Self::raise) must follow: it notifies the subscribed bodies.
    pub(crate) fn show(&self) {
        self.raised.store(true, Ordering::Release);
    }

    /// Asks every subscribed body to stop, and every body that subscribes later.
    pub(crate) fn raise(&self) {
        let listeners = {
            let mut listeners = self.listeners.lock();
            self.show();
            std::mem::take(&mut *listeners)
        };
        for body in listeners.iter().filter_map(Weak::upgrade) {
            body.stop(Reason::Shutdown);
        }
    }

    /// Asks `body` to stop once the signal is raised, at once if it is raised already.
    pub(crate) fn listen(&self, body: &Arc<dyn Stoppable>) {
        let mut listeners = self.listeners.lock();
        if self.is_raised() {
            drop(listeners);
            body.stop(Reason::Shutdown);
        } else {
            listeners.push(Arc::downgrade(body));
        }
    }

    pub(crate) fn forget(&self, body: &Arc<dyn Stoppable>) {
        let body = Arc::as_ptr(body).cast::<()>();
        let mut listeners = self.listeners.lock();
        listeners.retain(|listener| listener.as_ptr().cast::<()>() != body);
    }
}

/// The elements with distinct signals, each once. A quadratic search: there are few, and a generic sort costs compile time.
pub(crate) fn distinct<T>(
    all: impl Iterator<Item = T>,
    signal: impl Fn(&T) -> &Arc<Signal>,
) -> Vec<T> {
    let mut distinct: Vec<T> = Vec::new();
    for one in all {
        if !distinct
            .iter()
            .any(|other| Arc::ptr_eq(signal(other), signal(&one)))
        {
            distinct.push(one);
        }
    }
    distinct
}
