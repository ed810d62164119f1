//! Options of `#[offload]`, and one that nobody knows.

#[tokio_offload::test(deny_blocking = "50ms", pool = IMAGES, deny_blockin = "50ms", deny_blocking = "60ms")]
#[tokio::test]
async fn it_works() {}

fn main() {}
