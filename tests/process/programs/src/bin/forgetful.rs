//! A `main` without a word about workers.

use offload_programs::{told, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("begins");
    println!("{}", told(&worker().await));
}
