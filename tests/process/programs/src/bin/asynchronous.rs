//! An `async fn main` under the attribute of its runtime.

use std::process::ExitCode;

use offload_programs::{told, worker};

/// The docs stay.
#[tokio_offload::main]
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    println!("begins");
    println!("{}", told(&worker().await));
    ExitCode::from(7)
}
