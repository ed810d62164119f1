//! Texts that are no time.

#[tokio_offload::main(watch = "100")]
#[tokio::main]
async fn main() {}

#[tokio_offload::test(deny_blocking = "half a second")]
#[tokio::test]
async fn it_works() {}

#[tokio_offload::test(deny_blocking = "99999999999999999999s")]
#[tokio::test]
async fn it_works_for_ever() {}
