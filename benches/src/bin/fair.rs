//! Runs the scenarios called `fair`.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    offload_benches::program::run(&["fair"])
}
