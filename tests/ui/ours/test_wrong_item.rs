//! What is no test.

#[tokio_offload::test(deny_blocking = "50ms")]
mod tests {}

#[tokio_offload::test(deny_blocking = "50ms")]
struct Test;

fn main() {}
