//! One call: its two sides, its stages, how it is cancelled and how its caller waits. Knows no executor and no tokio.

pub(crate) mod blocked;
pub(crate) mod cancel;
pub(crate) mod cell;
pub(crate) mod current;
#[cfg(feature = "stats")]
pub(crate) mod meter;
#[cfg(not(feature = "stats"))]
pub(crate) mod meter_mock;
pub(crate) mod outcome;
mod run;
pub(crate) mod signal;
pub(crate) mod site;
mod stage;
#[cfg(all(feature = "thread-names", target_os = "linux"))]
mod thread_name;
#[cfg(not(all(feature = "thread-names", target_os = "linux")))]
mod thread_name_mock;
pub(crate) mod traits;
pub(crate) mod waker;

#[cfg(not(feature = "stats"))]
pub(crate) use meter_mock as meter;
#[cfg(not(all(feature = "thread-names", target_os = "linux")))]
use thread_name_mock as thread_name;
