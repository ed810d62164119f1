//! The attribute on what is no function.

use tokio_offload::offload;

#[offload]
macro_rules! load {
    () => {};
}

#[offload]
thread_local! {}

fn main() {
    load!();
}
