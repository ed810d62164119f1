//! Worker processes: what stands between the attribute, `Offload` and the engine in `tokio-offload-remote`.
//!
//! `call` is a call to a worker, `state` its states, `task` what polls it once it was started, `submit` the executor
//! that starts this task. `generated` is what the attribute names. `arguments`, `borrowed`, `codec` and `answer` are
//! what crosses, `headers` the context as text, `failure` and `error_serde` errors on their way, `worker` the body
//! in the worker, `helper` what else this program may have been started as, `metrics` what is counted.
//!
//! May import `offload` and what is below it, and the engine. Nothing else imports the engine.
//!
//! - A call to a process is polled by who awaits it; only a started one has a task.
//! - What a user wrote (`Serialize`, `Deserialize`, `Drop`) runs outside locks, and a panic there ends the call, not the task.

mod answer;
mod arguments;
mod borrowed;
mod call;
mod codec;
mod error_serde;
mod failure;
pub mod generated;
mod headers;
#[cfg(feature = "watch")]
mod helper;
#[cfg(not(feature = "watch"))]
mod helper_mock;
mod io_serde;
#[cfg(feature = "stats")]
mod metrics;
#[cfg(not(feature = "stats"))]
mod metrics_mock;
mod state;
mod submit;
mod task;
#[cfg(feature = "test-util")]
mod test_util;
mod work;
mod worker;

#[cfg(not(feature = "watch"))]
use helper_mock as helper;
#[cfg(not(feature = "stats"))]
use metrics_mock as metrics;
pub use worker::init;
