//! Functions whose return types have no place for a failure.

use tokio_offload::offload;

#[offload(catch)]
fn nothing() {}

#[offload(catch)]
fn never() -> ! {
    loop {}
}

#[offload(catch)]
fn opaque() -> impl Iterator<Item = u8> {
    0..3_u8
}

#[offload(catch)]
fn pair() -> (u8, u8) {
    (1, 2)
}

fn main() {
    drop((nothing, never, pair, opaque()));
}
