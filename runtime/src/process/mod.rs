//! Worker processes: their start (`init`), and the body in the worker.
//!
//! `worker` has `init` and runs bodies. `helper` starts this program as the helper of the watch. `test_util` calls `init` in test binaries,
//! which have no `main` of the user. `mock` stands in where the feature `process` is off.
//!
//! May import `call`, `remote` and `sync`, and the engine. `Workers` is in a folder of its own.

#[cfg(all(feature = "process", feature = "watch"))]
mod helper;
#[cfg(all(feature = "process", not(feature = "watch")))]
mod helper_mock;
#[cfg(not(feature = "process"))]
mod mock;
#[cfg(feature = "test-util")]
mod test_util;
#[cfg(feature = "process")]
mod worker;

#[cfg(all(feature = "process", not(feature = "watch")))]
use helper_mock as helper;
#[cfg(not(feature = "process"))]
use mock as worker;
pub use worker::init;
