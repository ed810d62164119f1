//! A test without a runtime.

#[tokio_offload::test(deny_blocking = "50ms")]
#[test]
fn it_works() {}

fn main() {}
