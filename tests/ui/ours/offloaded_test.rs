//! A test that is offloaded itself.

use tokio_offload::offload;

#[offload]
#[test]
fn plain() {}

#[offload]
#[tokio::test(flavor = "current_thread")]
fn awaited() {}

fn main() {}
