//! Tasks that make one call after the other.

mod common;

fn main() {
    common::bench(&["loops/"]);
}
