//! Times that are no text, on both attributes.

#[tokio_offload::main(watch = 100)]
#[tokio::main]
async fn main() {}

#[tokio_offload::test(deny_blocking = Duration::from_millis(50))]
#[tokio::test]
async fn it_works() {}
