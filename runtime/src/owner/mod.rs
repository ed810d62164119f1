//! `Owner<T>`: one thread that builds a value, lends it to bodies one after the other, and drops it.
//!
//! `thread` is that thread, `state` its queue, `callers` are the bodies that wait for queued calls, and `value` stores the value on the
//! thread between bodies. `handle` has functions for the handles that `#[offload(owner = ..)]` generates.
//!
//! May import `call`, `error`, `executor`, `metrics`, `offload`, `scheduler`, `sync` and `unwind`.
//!
//! - The value never leaves its thread, so it need not be `Send`.
//! - A body cannot wait for a call to its own owner: such a call is refused, since it would deadlock.

mod callers;
pub(crate) mod handle;
pub(crate) mod state;
pub(crate) mod thread;
mod value;

use std::{
    fmt,
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
};

use crate::{
    call::site::Site,
    offload::{Offload, answer::Answer, place::On},
    owner::{
        state::OwnerState,
        thread::{HandleBuilder, Thread, new_owner},
        value::{take_value, with_value},
    },
};

/// A handle to a thread that owns a `T`, such as a database connection, a device or an interpreter. `T` need not be `Send`.
///
/// Bodies get `&mut T` and run one at a time, in the order their calls were started. The handle can be cloned. When the last
/// handle is dropped, the thread runs the calls that were started, drops the value and ends.
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
/// # Owners that wait for each other
///
/// A body that waits for a call of its own owner, directly or through other bodies, gets [`Error::WouldBlock`](crate::Error)
/// from that call. Two owners whose bodies wait for each other deadlock, as two locks do: always wait in the same order.
///
/// # Panics in a body
///
/// The panic goes to the caller. The owner keeps the value in the state in which the body left it, and the next call gets it.
/// Use [`poison_on_panic`](Self::poison_on_panic) if that state cannot be trusted.
///
/// # Why it has no `close`, `idle` and `stats`
///
/// It is closed when its last handle is dropped. A call runs after all that were started before it, so awaiting
/// [`finish`](Self::finish) or an empty [`run`](Self::run) waits for them. The feature `stats` counts all owners together, as the pool
/// `owner`.
pub struct Owner<T> {
    thread: Arc<Thread>,
    // Neither `Send` nor `Sync` of the handle depends on `T`: the value never leaves its thread.
    value: PhantomData<fn() -> T>,
}

impl<T: 'static> Owner<T> {
    /// Starts a thread, builds the value there with `build`, and resolves to the handle.
    ///
    /// Lazy like any call: the thread starts with the first poll. If the system refuses to start the thread,
    /// [`outcome`](Offload::outcome) gives [`Error::Thread`](crate::Error::Thread). A panic of `build` is resumed in the
    /// awaiting task.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::{Owner, current_pool};
    ///
    /// let number = Owner::spawn(|| std::cell::Cell::new(1)).await;
    /// assert_eq!(number.run(|_| current_pool()).await, Some("owner"));
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped while the value is built, the value is dropped on its thread, and the thread ends.
    pub fn spawn(build: impl FnOnce() -> T + Send + 'static) -> Offload<Self> {
        Self::launch(move |builder| builder.keep(build()))
    }

    /// Like [`spawn`](Self::spawn), if building the value may fail. After a failure the thread ends.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::Owner;
    ///
    /// let config = Owner::try_spawn(|| std::fs::read_to_string("no such file")).await;
    /// assert_eq!(config.err().map(|error| error.kind()), Some(std::io::ErrorKind::NotFound));
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// That of `build`.
    ///
    /// # Cancel safety
    ///
    /// As with [`spawn`](Self::spawn).
    pub fn try_spawn<E: Send + 'static>(
        build: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Offload<Result<Self, E>> {
        Self::launch(move |builder| build().map(|value| builder.keep(value)))
    }

    fn launch<R: Send + 'static>(
        work: impl FnOnce(HandleBuilder) -> R + Send + 'static,
    ) -> Offload<R> {
        static SITE: Site = Site::ours("Owner::spawn");
        let (on, builder) = new_owner();
        Offload::new(|| &SITE, on, move || work(builder))
    }

    /// Lends the value to `f` on its thread, after the calls started before.
    ///
    /// A body that waits in [`block_on`](crate::block_on) for a call of its own owner would wait for itself. Such a call ends
    /// as [`Error::WouldBlock`](crate::Error::WouldBlock).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let list = tokio_offload::Owner::spawn(Vec::new).await;
    /// list.run(|list| list.push(3)).await;
    /// assert_eq!(list.run(|list| list.len()).await, 1);
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// If the call is dropped before `f` starts, `f` never runs. If it is dropped while `f` runs, `f` continues to its end.
    pub fn run<R, MustNotReturnAFuture>(
        &self,
        f: impl FnOnce(&mut T) -> R + Send + 'static,
    ) -> Offload<R>
    where
        R: Send + 'static,
        R: Answer<MustNotReturnAFuture>, // a future would only be made here: `block_on` it in the closure, or hand it out in a tuple
    {
        static SITE: Site = Site::ours("Owner::run");
        let loan = loan(self);
        Offload::new(|| &SITE, on_owner(self), move || loan.with(f))
    }

    /// Passes the value to `f` by value, on its thread, after the calls started before, and ends the owner. Use it to close a
    /// connection and get the result, or with `drop` to know when the value was dropped.
    ///
    /// Later calls, also of other handles, end as [`Error::Shutdown`](crate::Error::Shutdown).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::{Error, Owner};
    ///
    /// let list = Owner::spawn(|| vec![1, 2]).await;
    /// let other = list.clone();
    /// assert_eq!(list.finish(|list| list.len()).await, 2);
    /// assert!(matches!(other.run(|_| ()).outcome().await, Err(Error::Shutdown)));
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropped or cancelled before `f` begins, it ends nothing: other handles can still use the value.
    pub fn finish<R: Send + 'static>(self, f: impl FnOnce(T) -> R + Send + 'static) -> Offload<R> {
        static SITE: Site = Site::ours("Owner::finish");
        let loan = loan(&self);
        Offload::new(|| &SITE, on_owner(&self), move || f(loan.take()))
    }

    /// After a body panics, every later call ends as [`Error::Poisoned`](crate::Error::Poisoned), and the value is not used
    /// again.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::{Error, Owner};
    ///
    /// let account = Owner::spawn(|| 10).await.poison_on_panic();
    /// let _ = account.run(|_| std::panic::panic_any("half way")).outcome().await;
    /// assert!(matches!(account.run(|_| ()).outcome().await, Err(Error::Poisoned)));
    /// # }
    /// ```
    #[must_use]
    pub fn poison_on_panic(self) -> Self {
        self.thread.state().poison_on_panic();
        self
    }
}

/// The thread of the owner, as the place of a call.
pub fn on_owner<T>(owner: &Owner<T>) -> On {
    On::Shared(Arc::clone(&owner.thread) as _)
}

/// Lends the value to one body on its thread.
pub fn loan<T>(owner: &Owner<T>) -> Loan<T> {
    Loan {
        state: Arc::clone(owner.thread.state()),
        value: PhantomData,
    }
}

/// The permission of one body to use the value.
pub struct Loan<T> {
    state: Arc<OwnerState>,
    value: PhantomData<fn() -> T>,
}

impl<T: 'static> Loan<T> {
    /// Lends the value to `f`, on the thread that owns it.
    pub fn with<R>(self, f: impl FnOnce(&mut T) -> R) -> R {
        let ended = with_value(|value| catch_unwind(AssertUnwindSafe(|| f(value))));
        ended.unwrap_or_else(|payload| {
            self.state.body_panicked();
            resume_unwind(payload)
        })
    }

    /// Takes the value, on the thread that owns it. Later bodies are refused.
    fn take(self) -> T {
        self.state.finish();
        take_value()
    }
}

impl HandleBuilder {
    /// Stores the value on this thread and returns its handle.
    pub fn keep<T: 'static>(self, value: T) -> Owner<T> {
        Owner {
            thread: self.store(value),
            value: PhantomData,
        }
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
            .field("state", self.thread.state())
            .finish()
    }
}
