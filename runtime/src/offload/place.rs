//! Where a call is to run: the value after `pool =`, and the context that was current where the call was made.

use std::{fmt, sync::Arc};

use tokio::runtime::{Handle, Runtime};

use crate::{
    context::Captured,
    executor::{Executor, Job, default},
};

/// Where a call is to run.
#[derive(Clone, Default)]
pub enum On {
    /// The blocking threads of the runtime that polls it.
    #[default]
    Default,
    /// An executor that the call keeps alive.
    Shared(Arc<dyn Executor>),
}

impl On {
    /// The job of a call that is to run here, with what it takes along.
    pub(crate) fn with_context(&self, job: Job) -> Job {
        match self {
            Self::Default => job.with_context(None),
            Self::Shared(executor) => executor.with_context(job),
        }
    }

    pub(crate) fn submit(self, job: Job) {
        match self {
            Self::Default => default::submit(job),
            Self::Shared(executor) => executor.submit(job),
        }
    }

    /// Submits unless there is no room, and gives the job back in that case.
    pub(crate) fn try_submit(&self, job: Job) -> Result<(), Job> {
        match self {
            Self::Default => {
                default::submit(job);
                Ok(())
            }
            Self::Shared(executor) => executor.try_submit(job),
        }
    }
}

impl fmt::Debug for On {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "Default",
            Self::Shared(_) => "Shared",
        })
    }
}

/// What a value that is a place names.
pub fn on(place: impl Place) -> On {
    place.place()
}

/// The types that `pool =` and [`run_on`](crate::run_on) take.
///
/// Implemented for references to `static` executors, for executors in an `Arc` or a `Box`, for handles of tokio runtimes, and for
/// runtimes that are lent or in an `Arc`. Of a runtime a call takes only the handle along: keep the runtime yourself, since the last
/// `Arc` of it would be dropped here. Implement [`Executor`] to have one more.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tokio_offload::{Offload, Place, Pool, run_on};
///
/// static CPU: Pool = Pool::new("cpu").threads(2);
///
/// fn double(place: impl Place, number: u32) -> Offload<u32> {
///     run_on(place, move || 2 * number)
/// }
///
/// assert_eq!(double(&CPU, 1).await, 2);
/// assert_eq!(double(tokio::runtime::Handle::current(), 2).await, 4);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an executor that calls can share; if it is an executor, share it: `Arc::new(..)`",
    label = "calls cannot be submitted to this",
    note = "name a `static` executor, an `Arc` that holds one, a runtime's handle (`runtime.handle().clone()`), or a call that returns one of these",
    note = "a type that implements `Executor` is lent for ever or shared, not given away: `&NAME` of a `static`, `Arc::new(..)`",
    note = "where there may be none, write one `match`: `Some(place) => run_on(place, f)`, and `None => run(f)`"
)]
pub trait Place {
    /// The place it names.
    #[doc(hidden)]
    fn place(self) -> On;
}

impl<E: ?Sized + Executor> Place for &'static E {
    fn place(self) -> On {
        On::Shared(self.share())
    }
}

impl<E: Executor> Place for Arc<E> {
    fn place(self) -> On {
        On::Shared(self)
    }
}

impl<E: Executor> Place for &Arc<E> {
    fn place(self) -> On {
        On::Shared(Arc::clone(self) as _)
    }
}

impl Place for Arc<dyn Executor> {
    fn place(self) -> On {
        On::Shared(self)
    }
}

impl Place for &Arc<dyn Executor> {
    fn place(self) -> On {
        On::Shared(Arc::clone(self))
    }
}

impl Place for Handle {
    fn place(self) -> On {
        On::Shared(Arc::new(self))
    }
}

/// The call keeps no runtime alive: where it ends, none may be dropped. The compiler recommends handles.
#[diagnostic::do_not_recommend]
impl Place for &Runtime {
    fn place(self) -> On {
        self.handle().clone().place()
    }
}

#[diagnostic::do_not_recommend]
impl Place for Arc<Runtime> {
    fn place(self) -> On {
        Runtime::handle(&self).clone().place()
    }
}

#[diagnostic::do_not_recommend]
impl Place for &Arc<Runtime> {
    fn place(self) -> On {
        Runtime::handle(self).clone().place()
    }
}

impl<E: Executor> Place for Box<E> {
    fn place(self) -> On {
        On::Shared(Arc::new(*self))
    }
}

impl Place for Box<dyn Executor> {
    fn place(self) -> On {
        On::Shared(self.into())
    }
}

/// Where a call made on this thread is to run, which remembers the context of this thread if there is any.
#[inline]
pub(crate) fn remember(on: On) -> On {
    match Captured::made_here() {
        Some(captured) => On::Shared(Arc::new(MadeInContext { on, captured })),
        None => on,
    }
}

/// A place, and the context of a call that is to run there.
struct MadeInContext {
    on: On,
    captured: Captured,
}

impl Executor for MadeInContext {
    fn submit(&self, job: Job) {
        self.on.clone().submit(job);
    }

    fn try_submit(&self, job: Job) -> Result<(), Job> {
        self.on.try_submit(job)
    }

    fn with_context(&self, job: Job) -> Job {
        job.with_context(Some(&self.captured))
    }
}
