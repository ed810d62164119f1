//! Boxed trait objects of std behind a borrow: the call would have to copy what is in them.

use std::error::Error;
use tokio_offload::offload;

#[offload]
fn boxed(keep: &Box<dyn Fn(u8) -> bool>, errors: &Vec<Box<dyn Error + Send + Sync>>) -> usize {
    errors.len() + usize::from(keep(1))
}

struct Db;

#[offload(owner = DbHandle)]
impl Db {
    pub fn warn(&mut self, about: Option<&Box<dyn Error>>) {
        drop(about.map(|error| error.to_string()));
    }
}

fn main() {}
