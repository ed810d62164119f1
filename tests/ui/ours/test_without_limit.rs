//! Tests that do not say for how long they may block.

#[tokio_offload::test]
#[tokio::test]
async fn it_works() {}

#[tokio_offload::test(deny_blocking)]
#[tokio::test]
async fn it_works_too() {}

fn main() {}
