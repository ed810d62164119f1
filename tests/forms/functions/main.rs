//! Every form of function the attribute accepts: compiled and called, with its value checked and the thread of its body.

#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "the forms are the subject, not what one would write; the target `denied` asks for every lint"
)]

extern crate tokio_offload as renamed;

mod additive;
mod arities;
mod as_ref;
mod attributes;
mod bodies;
mod borrowed;
mod borrowed_parts;
mod captured;
mod cfg_arguments;
mod cfg_mistakes;
mod converted;
mod crate_paths;
mod drops;
mod free;
mod generic;
mod hygiene;
mod impls;
mod items_in_bodies;
mod lent_places;
mod lifetimes;
mod lints;
mod made_by_macros;
mod no_prelude;
mod opaque;
mod patterns;
mod places;
mod pools;
mod pools_of_self;
mod raw_names;
mod receivers;
mod returns;
mod self_in_bodies;
mod self_in_macros;
mod shadowed;
mod traits;
mod traits_wider;
mod twins;
mod twins_of_methods;
mod wider;

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
    static CALLER: Cell<bool> = const { Cell::new(false) };
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
    CALLER.set(true);
    let before = BODIES.load(Ordering::SeqCst);
    let runtime = Builder::new_current_thread().enable_all().build();
    let value = runtime.expect("a runtime can be built").block_on(future);
    assert!(
        BODIES.load(Ordering::SeqCst) > before,
        "the body did not run"
    );
    value
}

/// Says that a body runs, on a thread that awaits nothing.
fn elsewhere() {
    assert!(!CALLER.get(), "the body runs on the thread of its caller");
    BODIES.fetch_add(1, Ordering::SeqCst);
}
