//! A `main` that takes something.

#[tokio_offload::main]
fn main(arguments: Vec<String>) {
    drop(arguments);
}
