//! One call after the other. Not bound to one CPU, unlike in the report.

mod common;

fn main() {
    common::bench(&["seq"]);
}
