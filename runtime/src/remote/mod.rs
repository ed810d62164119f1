//! Calls that run elsewhere: the connection between the attribute, `Offload` and the engine in `tokio-offload-remote`.
//!
//! - `call` is such a call and `state` its states. `polling` polls its `work`: `writing` has large arguments written, and `reading` reads
//!   the answer; `aside` does that on another thread. If the call was started, `task` polls it, and `submit` is the executor that
//!   starts this task.
//! - `generated` has the names that the attribute uses.
//! - `arguments`, `borrowed`, `os_text`, `codec` and `answer` turn values into bytes and back, `headers` the context, `failure` and
//!   `error_serde` errors, `io_serde` those of I/O. `identity` says which call a body runs for.
//! - `metrics` counts.
//!
//! May import `call`, `context`, `error`, `executor`, `metrics`, `offload`, `sync` and `unwind`, and the engine. Knows no worker
//! process and no cluster.
//!
//! - The caller's own task polls a call. Only a started call has a task of its own.
//! - Code of users (`Serialize`, `Deserialize`, `Drop`) runs outside locks, and a panic there ends the call, not the task.

mod answer;
pub(crate) mod arguments;
mod aside;
mod borrowed;
mod call;
mod codec;
mod error_serde;
pub(crate) mod failure;
pub(crate) mod generated;
pub(crate) mod headers;
pub(crate) mod identity;
mod io_serde;
#[cfg(feature = "stats")]
mod metrics;
#[cfg(not(feature = "stats"))]
mod metrics_mock;
mod os_text;
mod polling;
mod reading;
mod state;
mod submit;
mod task;
mod work;
mod writing;

#[cfg(not(feature = "stats"))]
use metrics_mock as metrics;
