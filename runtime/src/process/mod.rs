//! Worker processes: what stands between the attribute, `Offload` and the engine in `tokio-offload-remote`.

mod answer;
mod arguments;
mod borrowed;
mod call;
mod codec;
mod error_serde;
mod failure;
pub mod generated;
mod headers;
#[cfg(feature = "stats")]
mod metrics;
#[cfg(not(feature = "stats"))]
mod metrics_mock;
mod state;
mod submit;
mod task;
#[cfg(feature = "test-util")]
mod test_util;
mod worker;

#[cfg(not(feature = "stats"))]
use metrics_mock as metrics;
pub use worker::init;
