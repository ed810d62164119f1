//! Runs the scenarios called `abort`.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    offload_benches::program::run(&["abort"])
}
