//! Runs bodies on threads of the node: those of a `Pool` or of the runtime.

use std::{
    future::{Future, poll_fn},
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::Context,
    time::Duration,
};

use tokio::{runtime::Handle, sync::oneshot};
use tokio_offload::{__private::node::around, Error, Offload, Pool, run, run_on};
use tokio_offload_remote::{Function, Output, Point, caught_panic};

use super::place::{Body, BodyEnd, Occupied, Place};
use crate::{failure::codec, message::Outcome};

/// Where a node can run bodies: a `Pool`, or `Workers` with the feature `process`.
///
/// This trait is sealed: only this crate implements it.
///
/// ```
/// use tokio_offload::Pool;
/// use tokio_offload_cluster::{Bodies, Cluster, Node};
///
/// static THUMBS: Cluster = Cluster::new("thumbs");
/// static CPU: Pool = Pool::new("cpu");
///
/// fn node(place: impl Bodies) -> Node {
///     Node::of(&THUMBS).on(place)
/// }
///
/// let node = node(&CPU);
/// ```
pub trait Bodies: Place + 'static {}

fn cpus() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The blocking threads of the runtime.
pub(crate) struct Blocking;

impl Place for Blocking {
    fn slots(&self) -> usize {
        cpus()
    }

    #[allow(private_interfaces, reason = "as above")]
    fn start(&self, body: Body, program: Handle) -> Occupied {
        inside(program, on_thread(body, run))
    }
}

impl Bodies for &'static Pool {}

impl Place for &'static Pool {
    fn slots(&self) -> usize {
        self.max_threads()
    }

    #[allow(private_interfaces, reason = "as above")]
    fn start(&self, body: Body, program: Handle) -> Occupied {
        let pool = *self;
        inside(program, on_thread(body, move |body| run_on(pool, body)))
    }
}

/// Polls the future inside the runtime of the program, so that bodies find this runtime.
fn inside(program: Handle, future: impl Future<Output = ()> + Send + 'static) -> Occupied {
    Box::pin(async move {
        let mut future = pin!(future);
        let poll = |cx: &mut Context<'_>| {
            let _inside = program.enter();
            future.as_mut().poll(cx)
        };
        poll_fn(poll).await;
    })
}

type OnThread = Box<dyn FnOnce() -> Outcome + Send>;

/// Runs a body on a thread. A thread cannot be killed: the body is asked to stop and its call ends, but its slot stays occupied until the
/// body has ended.
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
    let has_begun = Arc::new(AtomicBool::new(false));
    let begins = Arc::clone(&has_begun);
    let call = offload(Box::new(move || {
        begins.store(true, Relaxed);
        let _running = running;
        here(function, &arguments, &headers)
    }));
    let mut outcome = call.start().outcome();
    let early = tokio::select! {
        end = &mut outcome => return ended(match end {
            Ok(outcome) => outcome.into(),
            Err(Error::Shutdown) if !has_begun.load(Relaxed) => BodyEnd::Closed,
            Err(error) => unable(&error).into(),
        }),
        _ = stop => Outcome::Cancelled,
        () = after(limit) => Outcome::TimedOut(limit.unwrap_or_default()),
    };
    ended(early.into());
    drop(outcome);
    // Ready when the body has ended or will never run.
    let _ = over.await;
}

/// Ready after the limit. Without a limit it is never ready.
pub(super) async fn after(limit: Option<Duration>) {
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
}

/// Why a body on a thread has no result. Except for a panic of code that runs around bodies, it has not begun.
fn unable(error: &Error) -> Outcome {
    match error {
        Error::Panicked(panic) => Outcome::Panicked {
            message: panic.message().unwrap_or_default(),
            location: panic.location().map(str::to_owned),
        },
        Error::Cancelled => Outcome::Cancelled,
        Error::Shutdown => Outcome::Leaving,
        error => Outcome::Unable(error.to_string()),
    }
}

/// Runs a body on this thread.
fn here(function: &Function, arguments: &[u8], headers: &[(String, String)]) -> Outcome {
    let mut output = Output::new(Vec::new(), function.place().max_message());
    let mut result = None;
    let mut body = || {
        let run = || function.run(arguments, &mut output);
        result = Some(catch_unwind(AssertUnwindSafe(run)));
    };
    around(headers, &mut body);
    match result {
        Some(Ok(Ok(()))) => Outcome::Done(output.into_bytes()),
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

/// With more, calls would wait in the pool of one node while others have free slots.
#[test]
fn a_pool_has_a_slot_for_each_thread() {
    static FEW: Pool = Pool::new("few").threads(3);
    static USUAL: Pool = Pool::new("usual");

    assert_eq!([(&FEW).slots(), (&USUAL).slots()], [3, Blocking.slots()]);
}
