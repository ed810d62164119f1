//! Options for what is said where a function is called, in its body, or once for the program.

use tokio_offload::offload;

#[offload(cancel)]
fn one() {}

#[offload(is_cancelled)]
fn two() {}

#[offload(warn_after = Duration::from_secs(1))]
fn three() {}

fn main() {}
