//! The threads of a dedicated pool: the blocking threads of a private runtime, which tokio starts, names, caps and ends.

use std::{
    cell::RefCell,
    error, io, mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::runtime::{Builder, Handle, Id, Runtime};

use crate::{
    call::stack,
    error::{Cause, Error, Panic},
    sync::Mutex,
};

/// What runs on each thread of a pool before its first body.
pub(crate) type Init = fn() -> Result<(), Box<dyn error::Error + Send + Sync>>;

/// How the threads of a pool are set up.
#[derive(Clone, Copy)]
pub(crate) struct ThreadConfig {
    /// What each is called, with its number.
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
}

/// What a spare thread is for. It is told whether the thread could be set up.
pub(crate) type OnSpare = Box<dyn FnOnce(Result<(), Arc<Cause>>)>;

/// Threads that nobody else uses.
pub(crate) struct Threads {
    config: ThreadConfig,
    /// The number of the next thread.
    next: Arc<AtomicUsize>,
    runtimes: Mutex<Runtimes>,
}

/// A runtime cannot be given more blocking threads, so a pool that grows gets a further one. The old ones keep their
/// threads until these have been idle for long enough.
struct Runtimes {
    cap: usize,
    built: Vec<PrivateRuntime>,
}

impl Threads {
    pub(crate) fn new(config: ThreadConfig, cap: usize) -> Self {
        Self {
            config,
            next: Arc::default(),
            runtimes: Mutex::new(Runtimes {
                cap,
                built: Vec::new(),
            }),
        }
    }

    /// The runtime to send runners to: the newest, or while the system refuses it threads, an older one that has some.
    pub(crate) fn runtime(&self) -> io::Result<Handle> {
        let mut runtimes = self.runtimes.lock();
        let cap = runtimes.cap;
        if let Some(newest) = runtimes.built.last().filter(|newest| newest.cap >= cap) {
            let chosen = newest.substitute(&runtimes.built).unwrap_or(newest);
            return Ok(chosen.handle());
        }
        let private = PrivateRuntime::build(self, cap)?;
        let handle = private.handle();
        runtimes.built.push(private);
        Ok(handle)
    }

    /// Notes that the system refused the newest runtime a thread. True if an older one has threads to send a runner to.
    pub(crate) fn note_refusal(&self) -> bool {
        let runtimes = self.runtimes.lock();
        let Some(newest) = runtimes.built.last() else {
            return false;
        };
        newest.refused.store(true, Ordering::Relaxed);
        newest.substitute(&runtimes.built).is_some()
    }

    /// Whether the runtime that runners are sent to has threads.
    #[cfg(panic = "abort")]
    pub(crate) fn is_manned(&self) -> bool {
        let runtimes = self.runtimes.lock();
        let newest = runtimes.built.last();
        newest.is_some_and(|newest| {
            newest.alive() > 0 || newest.substitute(&runtimes.built).is_some()
        })
    }

    /// How large the stacks of the threads are, if that was said.
    pub(crate) const fn stack_size(&self) -> Option<usize> {
        self.config.stack_size
    }

    /// What sets up a thread that none of the runtimes started, around what it is for.
    pub(crate) fn spare(&self) -> io::Result<impl FnOnce(OnSpare) + Send + 'static> {
        let runtime = self.runtime()?;
        let config = self.config;
        Ok(move |job: OnSpare| {
            // A private runtime has no tasks: what it gives to the thread is what its other threads have.
            let _entered = runtime.enter();
            hook(config.on_start);
            THREAD.set(Some(runtime.id()));
            stack::begins_here(config.stack_size);
            job(config.run_init());
            hook(config.on_stop);
        })
    }

    /// Allows `cap` threads.
    pub(crate) fn set_cap(&self, cap: usize) {
        self.runtimes.lock().cap = cap;
    }

    pub(crate) fn alive(&self) -> usize {
        self.runtimes
            .lock()
            .built
            .iter()
            .map(PrivateRuntime::alive)
            .sum()
    }

    /// Runs the pool's `init` on a thread that has not seen it.
    pub(crate) fn set_up(&self) -> Result<(), Arc<Cause>> {
        let known = THREAD.with_borrow(Option::is_some);
        if known {
            return Ok(());
        }
        THREAD.set(Handle::try_current().ok().map(|private| private.id()));
        stack::begins_here(self.config.stack_size);
        self.config.run_init()
    }
}

thread_local! {
    /// The private runtime this thread belongs to, once it is set up.
    static THREAD: RefCell<Option<Id>> = const { RefCell::new(None) };
}

/// The runtime of whoever called the code on this thread. The private runtime of a pool's thread is none: nobody drives it,
/// so it can run no async code.
pub(crate) fn caller_runtime() -> Option<Handle> {
    let current = Handle::try_current().ok()?;
    let private = THREAD.try_with(|id| *id.borrow() == Some(current.id()));
    (private != Ok(true)).then_some(current)
}

/// A runtime used for its blocking threads alone.
struct PrivateRuntime {
    cap: usize,
    alive: Arc<AtomicUsize>,
    /// Whether the system has refused it a thread.
    refused: AtomicBool,
    // Always there; taken out by `drop`.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl PrivateRuntime {
    fn build(threads: &Threads, cap: usize) -> io::Result<Self> {
        let config = &threads.config;
        let (name, next) = (config.name, Arc::clone(&threads.next));
        let alive = Arc::<AtomicUsize>::default();
        let (started, stopped) = (Arc::clone(&alive), Arc::clone(&alive));
        let (on_start, on_stop) = (config.on_start, config.on_stop);
        let mut builder = Builder::new_current_thread();
        builder
            .max_blocking_threads(cap)
            .thread_name_fn(move || format!("{name}-{}", next.fetch_add(1, Ordering::Relaxed)))
            .on_thread_start(move || {
                started.fetch_add(1, Ordering::Relaxed);
                hook(on_start);
            })
            .on_thread_stop(move || {
                hook(on_stop);
                stopped.fetch_sub(1, Ordering::Relaxed);
            });
        if let Some(idle) = config.keep_alive {
            builder.thread_keep_alive(idle);
        }
        if let Some(bytes) = config.stack_size {
            builder.thread_stack_size(bytes);
        }
        let runtime = builder.build()?;
        Ok(Self {
            cap,
            alive,
            refused: AtomicBool::new(false),
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
        })
    }

    fn handle(&self) -> Handle {
        self.handle.clone()
    }

    fn alive(&self) -> usize {
        self.alive.load(Ordering::Relaxed)
    }

    /// One of `all` that has threads, if this one was refused its first.
    fn substitute<'a>(&self, all: &'a [Self]) -> Option<&'a Self> {
        let threadless = self.refused.load(Ordering::Relaxed) && self.alive() == 0;
        all.iter()
            .rev()
            .find(|other| threadless && other.alive() > 0)
    }
}

impl Drop for PrivateRuntime {
    /// Lets the threads end by themselves: the last holder may be an async worker, or one of these very threads.
    fn drop(&mut self) {
        if let Some(runtime) = mem::take(&mut self.runtime) {
            runtime.shutdown_background();
        }
    }
}

/// A panic in a hook must not take the thread with it.
fn hook(hook: Option<fn()>) {
    if let Some(hook) = hook {
        crate::unwind::swallow_panic(hook);
    }
}
