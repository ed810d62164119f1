//! A test that is `async` already, which is not one more mistake.

use tokio_offload::offload;

#[offload]
#[tokio::test]
async fn loads() {}

fn main() {}
