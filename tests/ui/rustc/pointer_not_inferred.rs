//! The result of a type of a function, which the compiler has to find, and cannot.

use tokio_offload::offload;

#[offload]
fn pick<'a>(text: &'a str) {
    let _pick: fn(u8) -> &'a str = panic!("none for {text}");
}

fn main() {
    drop(pick);
}
