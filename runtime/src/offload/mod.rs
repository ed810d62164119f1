//! `Offload<R>`, the future of a call: poll, start, drop, panic propagation; and streams.
//!
//! `poll` is the future, `call` what users do with it, `catch` failures as the function's own errors, `refused` a call given back by a full
//! pool. `place` is where a call is to run, with the context that was current where it was made; `named` and `given` find it in the value
//! after `pool =`. `run` and `run_rayon` are calls of closures, whose result `answer` checks; `stream` reads an iterator in `batch`es.
//! `unawaited` words the error of who forgets `.await`.
//!
//! May import `body`, `call`, `context`, `error`, `executor`, `sync` and `unwind`.
//!
//! - Nothing is submitted before the first poll or `start`.
//! - Dropping a call never blocks. It panics only if it was never submitted and the `Drop` of an argument panics.

pub(crate) mod answer;
#[cfg(feature = "stream")]
mod batch;
mod call;
pub(crate) mod catch;
pub(crate) mod given;
pub(crate) mod named;
pub(crate) mod place;
mod poll;
mod refused;
pub(crate) mod run;
#[cfg(feature = "rayon")]
mod run_rayon;
#[cfg(feature = "stream")]
pub(crate) mod stream;
mod unawaited;

#[cfg(feature = "stream")]
pub(crate) use poll::raise;
pub use poll::{Offload, Outcome};
pub use refused::Refused;
