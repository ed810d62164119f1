//! Times in which nothing can be done.

#[tokio_offload::main(watch = "0ms")]
#[tokio::main]
async fn main() {}

#[tokio_offload::test(deny_blocking = "0.0s")]
#[tokio::test]
async fn it_works() {}
