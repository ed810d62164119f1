//! What code generated for `remote = EXPR` may mention.

pub use crate::process::{
    answer::{Answered, answer},
    arguments::{Arguments, arguments, end, workers},
    borrowed::{Lent, bytes, lent},
    codec::{Value, value},
    worker::init,
};
pub use tokio_offload_remote::{FUNCTIONS, Function, linkme};
