//! Results that borrow where no argument says for how long: the compiler has nothing to add.

use tokio_offload::offload;

#[offload]
fn nothing() -> &str {
    "a text"
}

#[offload]
fn either(one: &str, other: &str) -> Option<&str> {
    one.contains(other).then_some(one)
}

#[offload]
fn only(one: &str, other: usize) -> &str {
    &one[other..]
}

fn main() {
    drop((nothing, either, only));
}
