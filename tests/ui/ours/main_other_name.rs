//! The attribute of `main` on another function.

#[tokio_offload::main]
fn start() {}

fn main() {
    start();
}
