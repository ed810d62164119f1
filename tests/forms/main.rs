//! Every form the attribute accepts, compiled and called: functions and methods, annotated blocks, traits with async methods.

extern crate tokio_offload as renamed;

mod async_traits;
mod blocks;
mod functions;

use std::{
    cell::Cell,
    future::Future,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::runtime::Builder;
// What `crate = crate` names.
use tokio_offload::__private;

/// The library under a path of this crate.
mod reexport {
    pub(crate) use tokio_offload as deep;
}

/// How many bodies have said that they run.
static BODIES: AtomicUsize = AtomicUsize::new(0);

/// Held while a call is awaited, so that `BODIES` counts its bodies only.
static TURN: Mutex<()> = Mutex::new(());

thread_local! {
    /// Whether this thread awaits a call.
    static AWAITS: Cell<bool> = const { Cell::new(false) };
}

/// Awaits a call on this thread, and asks that it could have been sent and kept anywhere.
///
/// Its body must say `elsewhere()`.
fn call<R>(future: impl Future<Output = R> + Send + 'static) -> R {
    call_here(future)
}

/// Like `call`, for a future that need not be `Send`.
fn call_here<R>(future: impl Future<Output = R>) -> R {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let before = BODIES.load(Ordering::SeqCst);
    let value = block_on(future);
    assert!(
        BODIES.load(Ordering::SeqCst) > before,
        "the body did not run"
    );
    value
}

/// Awaits on this thread what may end without a body.
fn block_on<R>(future: impl Future<Output = R>) -> R {
    let runtime = Builder::new_current_thread().enable_all().build();
    AWAITS.set(true);
    let value = runtime.expect("a runtime can be built").block_on(future);
    AWAITS.set(false);
    value
}

/// Says that a body runs, on a thread that awaits nothing.
fn elsewhere() {
    assert!(!AWAITS.get(), "the body runs on the thread of its caller");
    BODIES.fetch_add(1, Ordering::SeqCst);
}
