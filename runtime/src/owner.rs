//! `Owner<T>`: one thread that builds a value, lends it to bodies one after the other, and drops it.

use std::{
    any::Any,
    cell::RefCell,
    fmt,
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
};

use crate::{
    body,
    carried::Carried,
    error::Error,
    executor::{Executor, Job, On},
    lane::Task,
    offload::Offload,
    quiet::drop_quietly,
    shutdown::Signal,
    site::Site,
    sync::Mutex,
    waiting::{Home, Waiting},
};

/// A handle to one thread that owns a `T`, which need not be `Send`: a database connection, a device, an interpreter.
///
/// Bodies get `&mut T` and run one at a time, in the order their calls were started. Clone the handle freely; when the last
/// one is gone the thread runs the calls it has, drops the value and ends.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tokio_offload::Owner;
///
/// // `Rc` cannot leave its thread. It does not have to.
/// let words = Owner::spawn(|| std::rc::Rc::new(vec!["a"])).await;
/// words.run(|words| std::rc::Rc::make_mut(words).push("b")).await;
/// assert_eq!(words.run(|words| words.len()).await, 2);
/// # }
/// ```
///
/// # Panics in a body
///
/// The panic goes to the caller, as always. The value stays, in the state the body left it in, and the next call gets it;
/// say [`poison_on_panic`](Self::poison_on_panic) where that state cannot be trusted.
pub struct Owner<T> {
    thread: Arc<Thread>,
    // Neither `Send` nor `Sync` of the handle depends on `T`: the value never leaves its thread.
    value: PhantomData<fn() -> T>,
}

impl<T: 'static> Owner<T> {
    /// Starts a thread, builds the value on it with `build`, and resolves to the handle.
    ///
    /// Lazy like any call: the thread starts with the first poll. When the system refuses the thread,
    /// [`outcome`](Offload::outcome) tells by [`Error::Thread`]. A panic of `build` continues in the awaiting task.
    pub fn spawn(build: impl FnOnce() -> T + Send + 'static) -> Offload<Self> {
        Self::launch(move |keeper| keeper.keep(build()))
    }

    /// Like [`spawn`](Self::spawn), for a value that may fail to be built. After a failure the thread ends.
    pub fn try_spawn<E: Send + 'static>(
        build: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Offload<Result<Self, E>> {
        Self::launch(move |keeper| build().map(|value| keeper.keep(value)))
    }

    fn launch<R: Send + 'static>(work: impl FnOnce(Keeper) -> R + Send + 'static) -> Offload<R> {
        static SITE: Site = Site::new("Owner::spawn", module_path!(), file!(), line!());
        let (on, keeper) = new_owner();
        Offload::new(&SITE, on, move || work(keeper))
    }

    /// Lends the value to `f` on its thread, after the calls started before.
    ///
    /// A body that waits through [`block_on`](crate::block_on) for a call of its own owner would wait for itself: that call
    /// ends as [`Error::WouldBlock`] instead.
    pub fn run<R: Send + 'static>(
        &self,
        f: impl FnOnce(&mut T) -> R + Send + 'static,
    ) -> Offload<R> {
        static SITE: Site = Site::new("Owner::run", module_path!(), file!(), line!());
        let loan = loan(self);
        Offload::new(&SITE, on_owner(self), move || loan.with(f))
    }

    /// From now on a panicking body ends the owner's usefulness: every later call ends as [`Error::Poisoned`], and the value
    /// is only dropped.
    #[must_use]
    pub fn poison_on_panic(self) -> Self {
        self.thread.strict.store(true, Ordering::Relaxed);
        self
    }
}

/// The thread of an owner-to-be, and what makes a value on that thread the owned one.
pub fn new_owner() -> (On, Keeper) {
    let (jobs, queue) = mpsc::channel();
    let poisoned = Arc::<AtomicBool>::default();
    let seed = Seed {
        queue: Mutex::new(Some(queue)),
        poisoned: Arc::clone(&poisoned),
        signal: Arc::default(),
    };
    let signal = Arc::clone(&seed.signal);
    let keeper = Keeper {
        jobs,
        poisoned,
        signal,
    };
    (On::Shared(Arc::new(seed)), keeper)
}

/// The thread of the owner, as the place of a call.
pub fn on_owner<T>(owner: &Owner<T>) -> On {
    On::Shared(Arc::clone(&owner.thread) as _)
}

/// What lends the value to one body on its thread.
pub fn loan<T>(owner: &Owner<T>) -> Loan<T> {
    Loan {
        strict: Arc::clone(&owner.thread.strict),
        poisoned: Arc::clone(&owner.thread.poisoned),
        value: PhantomData,
    }
}

/// The right of one body to the value.
pub struct Loan<T> {
    strict: Arc<AtomicBool>,
    poisoned: Arc<AtomicBool>,
    value: PhantomData<fn() -> T>,
}

impl<T: 'static> Loan<T> {
    /// Lends the value to `f`, on the thread that owns it.
    pub fn with<R>(self, f: impl FnOnce(&mut T) -> R) -> R {
        let ended = with_value(|value| catch_unwind(AssertUnwindSafe(|| f(value))));
        ended.unwrap_or_else(|payload| {
            self.poisoned
                .fetch_or(self.strict.load(Ordering::Relaxed), Ordering::Relaxed);
            resume_unwind(payload)
        })
    }
}

impl<T> Clone for Owner<T> {
    fn clone(&self) -> Self {
        Self {
            thread: Arc::clone(&self.thread),
            value: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Owner<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Owner")
            .field("value", &std::any::type_name::<T>())
            .field("poisoned", &self.thread.poisoned.load(Ordering::Relaxed))
            .finish()
    }
}

/// The handles' end of the queue.
struct Thread {
    jobs: Sender<Carried>,
    /// Whether a panic poisons.
    strict: Arc<AtomicBool>,
    poisoned: Arc<AtomicBool>,
    /// Tells this thread from others; never raised.
    signal: Arc<Signal>,
}

impl Executor for Thread {
    fn submit(&self, job: Job) {
        // A body of this thread waits for the call, directly or through others: it would wait for ever.
        if body::waiting().is_some_and(|waiting| waiting.find(&self.signal).is_some()) {
            return job.refuse(Error::WouldBlock);
        }
        // The thread lives as long as this sender; a job that came back would end its call when dropped.
        let _ = self.jobs.send(Carried::new(job));
    }
}

/// What turns a built value into a handle, on the value's thread.
pub struct Keeper {
    jobs: Sender<Carried>,
    poisoned: Arc<AtomicBool>,
    signal: Arc<Signal>,
}

impl Keeper {
    /// Leaves the value to this thread and gives the handle to it.
    pub fn keep<T: 'static>(self, value: T) -> Owner<T> {
        VALUE.set(Some(Box::new(value)));
        Owner {
            thread: Arc::new(Thread {
                jobs: self.jobs,
                strict: Arc::default(),
                poisoned: self.poisoned,
                signal: self.signal,
            }),
            value: PhantomData,
        }
    }
}

/// The executor of the first call, which starts the thread.
struct Seed {
    queue: Mutex<Option<Receiver<Carried>>>,
    poisoned: Arc<AtomicBool>,
    signal: Arc<Signal>,
}

impl Executor for Seed {
    fn submit(&self, job: Job) {
        let Some(queue) = self.queue.lock().take() else {
            return;
        };
        // Shared, because a thread that cannot be started drops its closure, and the job must learn why.
        let first = Arc::new(Mutex::new(Some(Carried::new(job))));
        let on_thread = Arc::clone(&first);
        let (poisoned, signal) = (Arc::clone(&self.poisoned), Arc::clone(&self.signal));
        let work = move || {
            let first = on_thread.lock().take();
            drop(on_thread);
            body::host(Arc::new(Alone { signal }), || {
                serve(first, &queue, &poisoned);
            });
        };
        if let Err(error) = thread::Builder::new().name("owner".into()).spawn(work) {
            if let Some(first) = first.lock().take() {
                first.refuse(Error::Thread(error));
            }
        }
    }
}

/// The one thread of an owner, which takes no calls while its body waits: they need the value that body has.
struct Alone {
    signal: Arc<Signal>,
}

impl Home for Alone {
    fn signal(&self) -> &Arc<Signal> {
        &self.signal
    }

    fn begin_wait(self: Arc<Self>, _: &Arc<Waiting>) {}

    fn end_wait(&self, _: &Arc<Waiting>) {}
}

thread_local! {
    /// The value of this thread, when no body has it.
    static VALUE: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) };
}

/// Runs calls until the last handle is gone, then drops the value.
fn serve(first: Option<Carried>, queue: &Receiver<Carried>, poisoned: &AtomicBool) {
    for job in first.into_iter().chain(queue) {
        if poisoned.load(Ordering::Relaxed) {
            job.refuse(Error::Poisoned);
        } else {
            job.run(&mut |_| {});
        }
    }
    drop_quietly(VALUE.take());
}

/// Lends the value to `f`, which must not unwind.
fn with_value<T: 'static, R>(f: impl FnOnce(&mut T) -> R) -> R {
    let mut value = VALUE.take();
    let lent = value.as_mut().and_then(|value| value.downcast_mut());
    let result = f(lent
        .expect("a body waits for a call of its own owner, which needs the value that body has"));
    VALUE.set(value);
    result
}
