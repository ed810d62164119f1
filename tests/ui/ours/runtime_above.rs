//! Below the attribute of the runtime, which has replaced the `async fn`.

#[tokio::test]
#[tokio_offload::test(deny_blocking = "50ms")]
async fn it_works() {}

fn main() {}
