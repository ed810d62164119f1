//! Where a node runs bodies: on threads, or in worker processes.

use std::{
    future::Future,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    time::Duration,
};

use tokio::sync::oneshot;
use tokio_offload::{__private::node::around, Error, Offload, Pool, run, run_on};
use tokio_offload_remote::{Function, Point, caught_panic};

use crate::{failure::codec, message::Outcome};

/// A body that is to run.
pub(crate) struct Body {
    pub(crate) function: &'static Function,
    pub(crate) arguments: Vec<u8>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) limit: Option<Duration>,
    /// Comes, or is dropped, when the body is to end.
    pub(crate) stop: oneshot::Receiver<()>,
    /// Hears how it ended. Its place may be taken for longer.
    pub(crate) ended: Box<dyn FnOnce(Outcome) + Send>,
}

/// What runs until the place of a body is free again.
pub(crate) type Occupied = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A place for bodies: a `Pool`, or `Workers` with the feature `process`.
///
/// Sealed: what a node has to do to a body is not for others to promise.
pub trait Bodies: sealed::Place + 'static {}

pub(crate) mod sealed {
    use super::{Body, Occupied};

    /// What a node asks of a place.
    pub trait Place: Send + Sync {
        /// How many bodies run there at once, unless said otherwise.
        #[doc(hidden)]
        fn slots(&self) -> usize;

        /// Runs a body.
        #[doc(hidden)]
        #[allow(private_interfaces, reason = "nobody else can implement or call it")]
        fn start(&self, body: Body) -> Occupied;
    }
}

fn cpus() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The blocking threads of the runtime.
pub(crate) struct Blocking;

impl sealed::Place for Blocking {
    fn slots(&self) -> usize {
        cpus()
    }

    #[allow(private_interfaces, reason = "as above")]
    fn start(&self, body: Body) -> Occupied {
        Box::pin(on_thread(body, run))
    }
}

impl Bodies for &'static Pool {}

impl sealed::Place for &'static Pool {
    fn slots(&self) -> usize {
        cpus()
    }

    #[allow(private_interfaces, reason = "as above")]
    fn start(&self, body: Body) -> Occupied {
        let pool = *self;
        Box::pin(on_thread(body, move |body| run_on(pool, body)))
    }
}

type OnThread = Box<dyn FnOnce() -> Outcome + Send>;

/// A thread cannot be killed: the body is asked to stop, its call ends, and its place is taken until it has ended too.
async fn on_thread(body: Body, offload: impl FnOnce(OnThread) -> Offload<Outcome>) {
    let Body {
        function,
        arguments,
        headers,
        limit,
        stop,
        ended,
    } = body;
    let (running, over) = oneshot::channel::<()>();
    let call = offload(Box::new(move || {
        let _running = running;
        here(function, &arguments, &headers)
    }));
    let mut outcome = call.start().outcome();
    let early = tokio::select! {
        end = &mut outcome => return ended(end.unwrap_or_else(|error| unable(&error))),
        _ = stop => Outcome::Cancelled,
        () = after(limit) => Outcome::TimedOut(limit.unwrap_or_default()),
    };
    ended(early);
    drop(outcome);
    // Comes when the body has ended, or will never run.
    let _ = over.await;
}

/// Never, without a limit.
async fn after(limit: Option<Duration>) {
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
}

fn unable(error: &Error) -> Outcome {
    match error {
        Error::Cancelled => Outcome::Cancelled,
        Error::Shutdown => Outcome::Leaving,
        error => Outcome::Unable(error.to_string()),
    }
}

/// Runs a body on this thread.
fn here(function: &Function, arguments: &[u8], headers: &[(String, String)]) -> Outcome {
    let mut output = Vec::new();
    let mut result = None;
    let mut body = || {
        let run = || function.run(arguments, &mut output);
        result = Some(catch_unwind(AssertUnwindSafe(run)));
    };
    around(headers, &mut body);
    match result {
        Some(Ok(Ok(()))) => Outcome::Done(output),
        Some(Ok(Err(error))) => codec(&error),
        Some(Err(payload)) => {
            let panic = caught_panic(&*payload);
            if let Err(again) = catch_unwind(AssertUnwindSafe(move || drop(payload))) {
                mem::forget(again);
            }
            Outcome::Panicked {
                message: panic.message,
                location: panic.location,
            }
        }
        None => codec(
            &tokio_offload_remote::CodecError::new(&"what runs around bodies did not run this one")
                .at(Point::EncodeResult),
        ),
    }
}

#[cfg(all(feature = "process", target_os = "linux"))]
mod workers {
    use tokio_offload::{__private::remote::workers as place_of, Workers};

    use super::{Bodies, Body, Occupied, Outcome, after, sealed};
    use crate::failure::outcome;

    impl Bodies for &'static Workers {}

    impl sealed::Place for &'static Workers {
        fn slots(&self) -> usize {
            self.max_processes()
        }

        #[allow(private_interfaces, reason = "as above")]
        fn start(&self, body: Body) -> Occupied {
            Box::pin(in_process(self, body))
        }
    }

    /// A body that is to end is killed, after the grace of the workers if they have one.
    async fn in_process(workers: &'static Workers, body: Body) {
        let place = place_of(workers);
        let mut buffer = place.take_buffer();
        buffer.extend_from_slice(&body.arguments);
        drop(body.arguments);
        let mut call = place.call(body.function, Ok(buffer), body.headers);
        let limit = body.limit;
        let early = tokio::select! {
            end = &mut call => return (body.ended)(match end {
                Ok(reply) => Outcome::Done(reply.bytes().to_vec()),
                Err(failure) => outcome(failure),
            }),
            _ = body.stop => Outcome::Cancelled,
            () = after(limit) => Outcome::TimedOut(limit.unwrap_or_default()),
        };
        (body.ended)(early);
        call.cancel();
        let _ = call.await;
    }
}
