//! Which threads public types may go to and be shared with, whether they move once polled, and which may cross a caught panic.
//!
//! These are promises of an API that its signatures do not show. A line that does not compile is one that was broken.
//! The types of snapshots are in `tests/runtime/observability/counters/auto_traits.rs`.

use std::panic::{RefUnwindSafe, UnwindSafe};

use tokio_offload::{
    Blocked, BlockedHow, BlockedSeen, BlockingFunction, CodecError, CodecStage, Error, Executor,
    Inline, Job, NodeLoss, Offload, Outcome, Owner, Panic, Pool, Rayon, ReadAhead, Refused,
    StartError, Stats, Turn, WorkerExit, WorkerStats, Workers,
};

/// Moves to other threads, even if nothing in `T` can be shared there.
type OnlySend = std::cell::Cell<u8>;
/// Stays on its thread.
type Neither = std::rc::Rc<u8>;

const fn is_send<T: Send>() {}
const fn is_shared<T: Send + Sync>() {}
const fn is_movable<T: Unpin>() {}
const fn crosses_panics<T: UnwindSafe + RefUnwindSafe>() {}

/// Plain data, which is all of these.
const fn is_data<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static>() {}

const _: () = {
    // Calls are awaited on any thread, and polled without being pinned. What comes back need not be `Sync`.
    is_shared::<Offload<OnlySend>>();
    is_movable::<Offload<OnlySend>>();
    is_shared::<Outcome<OnlySend>>();
    is_movable::<Outcome<OnlySend>>();
    is_shared::<Refused<OnlySend>>();
    is_movable::<Refused<OnlySend>>();
    is_send::<ReadAhead<std::vec::IntoIter<OnlySend>>>();
    is_movable::<ReadAhead<std::vec::IntoIter<OnlySend>>>();
    // The value of an owner never leaves its thread, so the handle goes everywhere.
    is_shared::<Owner<Neither>>();
    is_movable::<Owner<Neither>>();
    // Places are `static`s, or shared.
    is_shared::<Pool>();
    is_shared::<Workers>();
    is_shared::<Box<dyn Executor>>();
    is_data::<Inline>();
    is_data::<Rayon>();
    is_shared::<Turn>();
    is_send::<Job>();
    // Errors fit in `anyhow::Error` and `Box<dyn Error + Send + Sync>`. What was thrown is behind a lock.
    is_shared::<Error>();
    is_movable::<Error>();
    is_shared::<Panic>();
    is_data::<CodecError>();
    is_data::<CodecStage>();
    is_data::<NodeLoss>();
    is_data::<StartError>();
    is_data::<WorkerExit>();
    is_data::<Stats>();
    is_data::<WorkerStats>();
    is_data::<Blocked>();
    is_data::<BlockedHow>();
    is_data::<BlockedSeen>();
    is_data::<BlockingFunction>();
    crosses_panics::<Pool>();
    crosses_panics::<Workers>();
    crosses_panics::<Owner<Neither>>();
    crosses_panics::<Offload<OnlySend>>();
};
