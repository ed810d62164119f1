//! Without `async`, where the attribute of the runtime would say so too.

#[tokio_offload::test(deny_blocking = "50ms")]
#[tokio::test]
fn it_works() {}

#[tokio_offload::main(watch = "100ms")]
#[tokio::main]
fn main() {}
