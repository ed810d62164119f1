//! `Offload<R>`, the future of a call: poll, start, drop, panic propagation; and streams.
//!
//! `place` is where a call is to run: the value after `pool =`, with the context that was current where the call was made.
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

#[cfg(feature = "stream")]
pub(crate) use poll::raise;
pub use poll::{Offload, Outcome};
pub use refused::Refused;
