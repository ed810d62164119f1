//! The asynchronous version under the name of the function, which has another mistake besides.

use tokio_offload::offload;

#[offload(asynchronous = load)]
fn load(_: &mut u8) {}

fn main() {
    load(&mut 1);
}
