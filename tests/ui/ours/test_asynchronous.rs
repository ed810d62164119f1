//! An asynchronous test that nobody runs.

#[tokio_offload::test(deny_blocking = "50ms")]
async fn it_works() {}

fn main() {}
