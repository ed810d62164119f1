//! `Executor` and `Job`: the interface between a call and the threads that run it; and executors without a pool of their own.
//!
//! A user's executor only implements `Executor`. An executor of this crate also has a name in metrics and in `current_pool`,
//! and takes part when bodies wait for each other. It has one state that its threads share, with these parts. The example
//! is `RayonPools` in `rayon`:
//!
//! - A `JobTracker` (`tracker`) with the name, and a `QueueNumber`. `submit` passes each job through `JobTracker::enter`, puts
//!   it into the queue and calls `JobTracker::watch`.
//! - `CallQueue` (`call/queued_in.rs`), which is notified when a call of the queue has died, and `ThreadHome`
//!   (`call/block_on/blocked.rs`), which says how its threads wait.
//! - A `PoolSource` in `snapshot`, and `metrics::register` where the state is made.
//!
//! Its threads call `current::on_thread_of` and run each job by `JobTracker::run`. A body on such a thread may call `submit` and then
//! wait for the call, which no other thread takes: `rayon` offers the call to that thread, an owner refuses it.
//!
//! `default` is the executor of calls without `pool =`, `inline` runs bodies on the calling thread. `elsewhere` stands for the threads of
//! users' executors.
//!
//! Lanes and trackers store a `WithRuntime` (`with_runtime`), which enters the caller's runtime on other threads. `inline_mark` marks
//! threads whose bodies block their callers, `budget` runs bodies outside of tokio's cooperative budget.
//!
//! May import `call`, `context`, `error`, `metrics`, `scheduler`, `sync`, `unwind` and `warning`. Knows no `Offload` and no
//! `Pool`.
//!
//! - A job that is dropped without being run ends its call as `Error::Shutdown`.
//! - `submit` never blocks and never runs a body. The exception is `Inline`, whose docs say so.

pub(crate) mod budget;
pub(crate) mod default;
pub(crate) mod elsewhere;
pub(crate) mod inline;
pub(crate) mod inline_mark;
#[cfg(feature = "rayon")]
pub(crate) mod rayon;
pub(crate) mod tracker;
pub(crate) mod with_runtime;

use std::{fmt, sync::Arc};

use crate::{
    call::{depth, meter::Times, outcome::Ending, traits::Run},
    context::{self, Captured, wrapped},
    error::Error,
};

/// Runs jobs. Implement it to run offloaded calls on your own threads.
///
/// `submit` is called on the thread that first polls the call, often an async worker, so it must not block: hand the job
/// to another thread and return. Run each job once, on whatever thread suits, by [`Job::run`]; a job dropped without being
/// run ends its call as [`Error::Shutdown`]. If your executor lives in an `Arc`, give it a method that drops its jobs, and do
/// not rely on its `Drop`: a body may own the last `Arc` of the executor it waits in.
///
/// ```
/// use std::sync::{LazyLock, mpsc};
/// use std::thread;
/// use tokio_offload::{Executor, Job, offload};
///
/// /// One thread that runs everything, in order.
/// struct OneThread(mpsc::Sender<Job>);
///
/// impl OneThread {
///     fn spawn() -> Self {
///         let (jobs, queue) = mpsc::channel::<Job>();
///         let work = move || queue.into_iter().for_each(Job::run);
///         thread::Builder::new().name("one".into()).spawn(work).expect("a thread to start");
///         Self(jobs)
///     }
/// }
///
/// impl Executor for OneThread {
///     fn submit(&self, job: Job) {
///         // Were the thread gone, the job would come back in the error and be dropped, which ends its call.
///         let _ = self.0.send(job);
///     }
/// }
///
/// static ONE: LazyLock<OneThread> = LazyLock::new(OneThread::spawn);
///
/// #[offload(pool = *ONE)]
/// fn thread_name() -> Option<String> {
///     thread::current().name().map(str::to_owned)
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// assert_eq!(thread_name().await.as_deref(), Some("one"));
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an executor",
    label = "calls cannot be submitted to this",
    note = "name a `static` executor, an `Arc` that holds one, a runtime's handle (`runtime.handle().clone()`), or a call that returns one of these"
)]
pub trait Executor: Send + Sync + 'static {
    /// Accepts a job, to be run soon. It is called where a call starts, often on an async worker, so it must not block. It must not panic.
    fn submit(&self, job: Job);

    /// Accepts a job, or returns it if there is no room now. Return only this job. A job that was accepted before can be
    /// dropped or [refused](Job::refuse); if it is returned here, it ends as [`Error::Shutdown`], and the new job counts as
    /// accepted.
    ///
    /// [`Offload::try_start`](crate::Offload::try_start) calls it. Executors without a bound need not implement it.
    ///
    /// # Errors
    ///
    /// The job, if there is no room: its caller gets it back as a [`Refused`](crate::Refused).
    fn try_submit(&self, job: Job) -> Result<(), Job> {
        self.submit(job);
        Ok(())
    }

    /// The pointer that a call stores. It is always an `Arc`, so that a call needs one kind of pointer only.
    #[doc(hidden)]
    fn share(&'static self) -> Arc<dyn Executor> {
        Arc::new(Borrowed(self))
    }

    /// Gives the job its context, if the call was made in a context of its own.
    #[doc(hidden)]
    fn with_context(&self, job: Job) -> Job {
        job.with_context(None)
    }
}

/// A reference to a `'static` executor.
pub(crate) struct Borrowed<E: ?Sized + 'static>(pub(crate) &'static E);

impl<E: ?Sized + Executor> Executor for Borrowed<E> {
    fn submit(&self, job: Job) {
        self.0.submit(job);
    }

    fn try_submit(&self, job: Job) -> Result<(), Job> {
        self.0.try_submit(job)
    }

    /// Copies the reference. A `Borrowed` of a `Borrowed` would need infinitely many types.
    fn share(&'static self) -> Arc<dyn Executor> {
        Arc::new(Self(self.0))
    }
}

/// One call on its way to the thread that runs it.
///
/// ```
/// use std::sync::mpsc;
/// use tokio_offload::{Executor, Job};
///
/// /// Hands each job to the thread that receives from the channel.
/// struct Queue(mpsc::Sender<Job>);
///
/// impl Executor for Queue {
///     fn submit(&self, job: Job) {
///         let _ = self.0.send(job); // without a receiver the job is dropped, which ends its call
///     }
/// }
/// ```
#[must_use = "a job dropped without being run ends its call"]
pub struct Job {
    job: Option<Arc<dyn Run>>,
}

impl Job {
    pub(crate) const fn new(job: Arc<dyn Run>) -> Self {
        Self { job: Some(job) }
    }

    /// The job with its context.
    pub(crate) fn with_context(mut self, made: Option<&Captured>) -> Self {
        self.job = self.job.take().map(|call| wrapped::wrap(call, made));
        self
    }

    /// Runs the body on this thread and passes its result to the caller.
    ///
    /// Does nothing if the call was dropped. Never panics: a panic of the body goes to the caller. If you run a job inside
    /// another body, it uses the stack of that body; if too little stack is left, the call ends as [`Error::TooDeep`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::{Executor, Job, offload};
    ///
    /// /// A thread for each call.
    /// struct Threads;
    ///
    /// impl Executor for Threads {
    ///     fn submit(&self, job: Job) {
    ///         std::thread::spawn(|| job.run());
    ///     }
    /// }
    ///
    /// #[offload(pool = Threads)]
    /// fn answer() -> u8 {
    ///     42
    /// }
    /// assert_eq!(answer().await, 42);
    /// # }
    /// ```
    pub fn run(self) {
        // The mark may be set: rayon runs other work on the thread of an inline body.
        inline_mark::with(false, || budget::without(|| self.run_in_room()));
    }

    fn run_in_room(self) {
        if let Some(limit) = depth::without_room() {
            return self.refuse(Error::TooDeep { limit });
        }
        depth::deeper(|| self.run_and_settle(&mut |_, _| {}));
    }

    pub(crate) fn run_and_settle(mut self, settle: &mut dyn FnMut(Ending, Times)) {
        if let Some(job) = self.job.take() {
            context::apart(|| job.run(None, settle));
        }
    }

    /// Ends the call without running its body; the caller gets `error`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::{Error, Executor, Job, offload};
    ///
    /// struct Closed;
    ///
    /// impl Executor for Closed {
    ///     fn submit(&self, job: Job) {
    ///         job.refuse(Error::Full);
    ///     }
    /// }
    ///
    /// #[offload(pool = Closed)]
    /// fn answer() -> u8 {
    ///     42
    /// }
    /// assert!(matches!(answer().outcome().await, Err(Error::Full)));
    /// # }
    /// ```
    pub fn refuse(mut self, error: Error) {
        if let Some(job) = self.job.take() {
            job.refuse(error);
        }
    }

    /// Whether the caller has dropped or cancelled the call, so that the job may be dropped.
    ///
    /// ```
    /// use std::{collections::VecDeque, sync::Mutex};
    /// use tokio_offload::{Executor, Job};
    ///
    /// struct Queue(Mutex<VecDeque<Job>>);
    ///
    /// impl Executor for Queue {
    ///     fn submit(&self, job: Job) {
    ///         let mut jobs = self.0.lock().unwrap();
    ///         jobs.retain(|job| !job.is_abandoned()); // makes room
    ///         jobs.push_back(job);
    ///     }
    /// }
    /// ```
    pub fn is_abandoned(&self) -> bool {
        !self.job.as_ref().is_some_and(|job| job.is_queued())
    }

    /// The call, to compare it with others.
    pub(crate) fn call(&self) -> Option<&Arc<dyn Run>> {
        self.job.as_ref()
    }

    /// Whether it is the job of `call`.
    pub(crate) fn is_of(&self, call: Option<&Arc<dyn Run>>) -> bool {
        match (&self.job, call) {
            (Some(mine), Some(call)) => Arc::ptr_eq(mine, call),
            _ => false,
        }
    }

    /// Drops the job without ending its call, which goes back to the future.
    pub(crate) fn forget(mut self) {
        self.job = None;
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if let Some(job) = self.job.take() {
            job.refuse(Error::Shutdown);
        }
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("abandoned", &self.is_abandoned())
            .finish()
    }
}
