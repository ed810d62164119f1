//! Bodies that wait: the pool has to grow for them.

mod common;

fn main() {
    common::bench(&["sleepers", "cold"]);
}
