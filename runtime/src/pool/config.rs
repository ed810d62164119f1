//! How a pool is set up, and what may not be asked of it.

use std::{num::NonZeroUsize, thread};

use crate::scheduler::threads::ThreadConfig;

/// The threads that a pool uses.
#[derive(Clone, Copy)]
pub(crate) enum PoolKind {
    /// Its own.
    Dedicated,
    /// The threads of the runtime that awaits the call.
    Shared,
}

/// How a pool is set up.
#[derive(Clone, Copy)]
pub(crate) struct Config {
    pub(crate) kind: PoolKind,
    pub(crate) threads: Option<usize>,
    pub(crate) queue_capacity: usize,
    /// Its threads, if it has its own.
    pub(crate) own: ThreadConfig,
}

impl Config {
    pub(crate) const fn new(name: &'static str, kind: PoolKind) -> Self {
        assert!(
            !name.is_empty(),
            "a pool needs a name: it becomes the name of its threads"
        );
        let bytes = name.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            assert!(
                bytes[i] != 0,
                "a pool's name must not contain NUL: no thread could bear it"
            );
            i += 1;
        }
        Self {
            kind,
            threads: None,
            queue_capacity: usize::MAX,
            own: ThreadConfig {
                name,
                keep_alive: None,
                stack_size: None,
                on_start: None,
                on_stop: None,
                init: None,
            },
        }
    }

    /// Refuses a thread setting where the threads belong to a runtime.
    pub(crate) const fn own_threads(&self) {
        assert!(
            matches!(self.kind, PoolKind::Dedicated),
            "a shared pool has no threads of its own: set this on the runtime, or use `Pool::new`"
        );
    }

    /// How many bodies may run at once.
    pub(crate) fn cap(&self) -> usize {
        let cpus = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.threads.unwrap_or_else(cpus)
    }
}
