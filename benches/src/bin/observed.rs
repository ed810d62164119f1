//! Measures what the features that observe calls cost, each in a build of its own.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    offload_benches::observed::run()
}
