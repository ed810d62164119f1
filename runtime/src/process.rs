//! Worker processes: what stands between the attribute, `Offload` and the engine in `tokio-offload-remote`.

mod answer;
mod arguments;
mod call;
mod codec;
mod drive;
mod failure;
mod lent;
mod sent;
mod stage;
pub(crate) mod worker;

pub use worker::init;

/// What code generated for `remote = EXPR` may mention.
pub mod generated {
    pub use super::answer::{Answered, answer};
    pub use super::arguments::{Arguments, arguments, end, workers};
    pub use super::codec::{Value, value};
    pub use super::lent::{Lent, bytes, lent};
    pub use super::worker::init;
    pub use tokio_offload_remote::{FUNCTIONS, Function, linkme};
}
