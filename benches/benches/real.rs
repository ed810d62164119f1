//! Real blocking work.

mod common;

fn main() {
    common::bench(&["real/"]);
}
