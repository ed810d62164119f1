//! A result that borrows from an argument.

use tokio_offload::offload;

#[offload]
fn first(words: &[String]) -> Option<&str> {
    words.first().map(String::as_str)
}

#[offload]
fn all(words: &[String]) -> impl Iterator<Item = &String> {
    words.iter()
}

fn main() {}
