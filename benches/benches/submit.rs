//! How long a submission holds up the thread that makes it.

mod common;

fn main() {
    common::bench(&["submit"]);
}
