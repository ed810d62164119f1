//! `run`, `run_on` and `spawn`: closures as calls, and calls as tasks.

use tokio::{runtime::Handle, task::JoinHandle};

use super::{
    Offload,
    answer::Answer,
    place::{On, Place, on},
};
use crate::call::site::Site;

/// Runs a closure outside of the async workers, for functions without the attribute.
///
/// The closure runs on the blocking threads of the tokio runtime that first polls the call. Nothing is submitted before
/// that; see [`Offload`] for what dropping, starting and panicking do.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// let names = tokio_offload::run(|| std::fs::read_dir(".").map(Iterator::count)).await?;
/// # assert!(names > 0); Ok(()) }
/// ```
///
/// A closure that returns a future (`run(|| async { .. })`) would only make it, and is refused: inside the closure
/// [`block_on`](crate::block_on) awaits it. What is a future and meant to be handed out, such as the receiver of a channel, is
/// returned in a tuple: `run(|| (receiver,))`. `MustNotReturnAFuture` is for the compiler to find: `run::<u8, _>(..)`.
pub fn run<R, MustNotReturnAFuture>(f: impl FnOnce() -> R + Send + 'static) -> Offload<R>
where
    R: Send + 'static,
    R: Answer<MustNotReturnAFuture>, // a future would only be made here: `block_on` it in the closure, or hand it out in a tuple
{
    static SITE: Site = Site::ours("run");
    Offload::new(|| &SITE, On::Default, f)
}

/// Runs a closure in an executor of your choice, as [`run`] does on the default threads.
///
/// A place is a reference to a `static` executor, an `Arc` or a `Box` of one, `Arc<dyn Executor>`, the `Handle` of a tokio runtime,
/// or its `Runtime`, as a reference or in an `Arc`. A reference to an `Arc` or to a `Runtime` may be short; any other must be
/// `'static`: clone a `&Handle`, and share a pool that is not a `static` in an `Arc`. If the place is optional, use one `match`, with
/// [`run`] in the other arm.
///
/// ```
/// use tokio::runtime::Handle;
/// use tokio_offload::{Pool, run_on};
///
/// static DISK: Pool = Pool::shared("disk").threads(4);
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// let names = run_on(&DISK, || std::fs::read_dir(".").map(Iterator::count)).await?;
/// let same = run_on(Handle::current(), || std::fs::read_dir(".").map(Iterator::count)).await?;
/// # assert_eq!(names, same); Ok(()) }
/// ```
pub fn run_on<R, MustNotReturnAFuture>(
    // The compiler shows these lines to those who lend what does not last, and to those who write the closure first.
    place: impl Place, // comes first; lend a `static` only: clone a `Handle`, share a `Pool` in an `Arc`
    f: impl FnOnce() -> R + Send + 'static, // the closure comes second: `run_on(PLACE, || ..)`
) -> Offload<R>
where
    R: Send + 'static,
    R: Answer<MustNotReturnAFuture>, // a future would only be made here: `block_on` it in the closure, or hand it out in a tuple
{
    static SITE: Site = Site::ours("run_on");
    Offload::new(|| &SITE, on(place), f)
}

impl<R: Send + 'static> Offload<R> {
    /// Starts the call as a task, which continues when its handle is dropped.
    ///
    /// The handle gives what the function returns, or a `JoinError` if the body panicked; it can be aborted, which drops the
    /// call. A started call that is dropped before a thread took it never runs: this is for work that must be done in any
    /// case and is awaited later, [`detach`](Self::detach) for work that nobody awaits.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let task = tokio_offload::run(|| 6 * 7).spawn();
    /// assert_eq!(task.await.unwrap(), 42);
    /// # }
    /// ```
    ///
    /// It is a task of the current runtime, so it makes progress only while that runtime is driven. On a `current_thread`
    /// runtime `Handle::block_on` alone drives no tasks: await the [`start`](Self::start)ed call there. A runtime that shuts
    /// down drops the task.
    ///
    /// # Panics
    ///
    /// On a thread outside of a tokio runtime; the call is then dropped and was not submitted. There, [`start`](Self::start) a call
    /// on a pool, which needs no runtime.
    #[track_caller]
    pub fn spawn(self) -> JoinHandle<R> {
        // Asked for first: where there is none, nothing is submitted.
        let runtime = Handle::current();
        runtime.spawn(self.start())
    }
}
