//! The attribute of the runtime above ours.

use offload_programs::{told, worker};

#[tokio::main(flavor = "current_thread")]
#[tokio_offload::main]
async fn main() {
    println!("begins");
    println!("{}", told(&worker().await));
}
