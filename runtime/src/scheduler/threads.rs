//! The threads of a dedicated pool: their names, hooks, stack size and number.

use std::{
    cell::Cell,
    error, io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::runtime::Handle;

use super::thread_set::ThreadSet;
use crate::{
    call::stack,
    error::{Cause, Error, Panic},
    sync::spawn,
    unwind::swallow_panic,
};

/// Runs on each thread of a pool before its first body.
pub(crate) type Init = fn() -> Result<(), Box<dyn error::Error + Send + Sync>>;

/// How long an idle thread stays by default: as long as those of tokio.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// How the threads of a pool are set up.
#[derive(Clone, Copy)]
pub(crate) struct ThreadConfig {
    /// The name of each thread, without its number.
    pub(crate) name: &'static str,
    /// How long an idle thread stays.
    pub(crate) keep_alive: Option<Duration>,
    /// In bytes.
    pub(crate) stack_size: Option<usize>,
    pub(crate) on_start: Option<fn()>,
    pub(crate) on_stop: Option<fn()>,
    pub(crate) init: Option<Init>,
}

impl ThreadConfig {
    fn run_init(&self) -> Result<(), Arc<Cause>> {
        let Some(init) = self.init else {
            return Ok(());
        };
        match catch_unwind(AssertUnwindSafe(init)) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(cause)) => Err(cause.into()),
            Err(payload) => Err(Arc::new(Error::Panicked(Panic::new(payload)))),
        }
    }

    /// Runs first on a new thread.
    fn begin(&self) {
        hook(self.on_start);
        stack::set_size(self.stack_size);
    }
}

/// The work of a spare thread. The argument is the result of the pool's `init`.
pub(crate) type OnSpare = Box<dyn FnOnce(Result<(), Arc<Cause>>) + Send>;

type Visit = Box<dyn FnOnce() + Send>;

/// The threads of a dedicated pool.
pub(crate) struct Threads(Arc<Shared>);

struct Shared {
    config: ThreadConfig,
    set: ThreadSet<Visit>,
    /// The number of the next thread.
    next: AtomicUsize,
    alive: AtomicUsize,
    /// Whether a thread with hooks was started since the last question for it.
    hooked: AtomicBool,
}

impl Threads {
    pub(crate) fn new(config: ThreadConfig, cap: usize) -> Self {
        Self(Arc::new(Shared {
            config,
            set: ThreadSet::new(cap),
            next: AtomicUsize::new(0),
            alive: AtomicUsize::new(0),
            hooked: AtomicBool::new(false),
        }))
    }

    /// Runs the closure that `make` returns on a thread. If the system refuses a new thread, an existing one takes it.
    pub(crate) fn send<F: FnOnce() + Send + 'static>(
        &self,
        make: impl FnOnce() -> F,
    ) -> io::Result<()> {
        let mut make = Some(make);
        let mut boxed = || -> Visit { Box::new(make.take().expect("called once")()) };
        // As a `dyn`, so that the rest is compiled once for all visits.
        let boxed: &mut dyn FnMut() -> Visit = &mut boxed;
        self.0.set.send(boxed, || self.start())
    }

    fn start(&self) -> io::Result<()> {
        let shared = Arc::clone(&self.0);
        let config = &self.0.config;
        if config.on_start.is_some() || config.init.is_some() {
            self.0.hooked.store(true, Ordering::Relaxed);
        }
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{number}", config.name);
        spawn(name, config.stack_size, Box::new(move || shared.work()))
    }

    /// Whether a thread that runs `on_start` or `init` first was started since this was last true.
    pub(crate) fn has_started_hooks(&self) -> bool {
        let hooked = &self.0.hooked;
        hooked.load(Ordering::Relaxed) && hooked.swap(false, Ordering::Relaxed)
    }

    /// The stack size of the threads in bytes, if one was set.
    pub(crate) fn stack_size(&self) -> Option<usize> {
        self.0.config.stack_size
    }

    /// The main function of a spare thread: sets it up, then does its work.
    pub(crate) fn spare(&self) -> impl FnOnce(OnSpare) + Send + 'static {
        let config = self.0.config;
        move |job: OnSpare| {
            config.begin();
            SET_UP.set(true);
            job(config.run_init());
            hook(config.on_stop);
        }
    }

    /// Allows `cap` threads.
    pub(crate) fn set_cap(&self, cap: usize) {
        self.0.set.set_cap(cap);
    }

    pub(crate) fn alive(&self) -> usize {
        self.0.alive.load(Ordering::Relaxed)
    }

    /// Runs the pool's `init`, once per thread.
    pub(crate) fn set_up(&self) -> Result<(), Arc<Cause>> {
        if SET_UP.replace(true) {
            return Ok(());
        }
        self.0.config.run_init()
    }
}

impl Drop for Threads {
    /// Does not join the threads: this may run on an async worker, or on one of these threads.
    fn drop(&mut self) {
        self.0.set.close();
    }
}

impl Shared {
    fn work(&self) {
        self.alive.fetch_add(1, Ordering::Relaxed);
        self.config.begin();
        let kept = self.config.keep_alive.unwrap_or(KEEP_ALIVE);
        self.set.work(kept, swallow_panic);
        hook(self.config.on_stop);
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

thread_local! {
    /// Whether this thread has run the `init` of its pool.
    static SET_UP: Cell<bool> = const { Cell::new(false) };
}

/// The runtime that this thread has entered.
pub(crate) fn caller_runtime() -> Option<Handle> {
    Handle::try_current().ok()
}

/// Calls a hook of the user. A panic in it must not end the thread.
fn hook(hook: Option<fn()>) {
    if let Some(hook) = hook {
        swallow_panic(hook);
    }
}
