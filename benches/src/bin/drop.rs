//! Runs the scenarios called `drop`.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    offload_benches::program::run(&["drop"])
}
