//! Calls that run elsewhere: what stands between the attribute, `Offload` and the engine in `tokio-offload-remote`.
//!
//! `call` is such a call, `state` its states, `polling` how its work is polled, `reading` how its answer is read, `task` what polls it once
//! it was started, `submit` the executor that starts this task. `generated` is what the attribute names. `arguments`, `borrowed`, `codec`
//! and `answer` are what crosses, `os_text` paths and the like among them, `headers` the context as text, `identity` which call it is,
//! `failure` and `error_serde` errors on their way, `metrics` what is counted.
//!
//! May import `call`, `context`, `error`, `executor`, `metrics`, `offload`, `sync` and `unwind`, and the engine. Knows no worker
//! process and no cluster.
//!
//! - A call is polled by who awaits it; only a started one has a task.
//! - What a user wrote (`Serialize`, `Deserialize`, `Drop`) runs outside locks, and a panic there ends the call, not the task.

mod answer;
pub(crate) mod arguments;
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

#[cfg(not(feature = "stats"))]
use metrics_mock as metrics;
