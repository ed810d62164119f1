//! Runs the scenarios called `ping`.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    offload_benches::program::run(&["ping"])
}
