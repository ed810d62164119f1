//! Runs everything and prints one table of ratios to `spawn_blocking`.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    offload_benches::program::run(&[])
}
