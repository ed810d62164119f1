//! Many calls at once.

mod common;

fn main() {
    common::bench(&["join_1k", "spawn_1k", "spawn_100k"]);
}
