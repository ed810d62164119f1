//! What is no option at all.

#[tokio_offload::main("100ms")]
#[tokio::main]
async fn main() {}

#[tokio_offload::test(deny_blocking = "50ms" + 1, , 7)]
#[tokio::test]
async fn it_works() {}
