//! A `main` without a word about workers.

use offload_programs::{told, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("begins");
    println!("{}", told(&worker().await));
    println!("for tests: {}", is_for_tests());
}

/// Whether this program was built together with packages that use `test-util`. The engine has a list of ways into workers then, which is
/// found before the one around.
fn is_for_tests() -> bool {
    #[allow(dead_code, reason = "with the feature it is not found")]
    static ENTRIES: &[()] = &[];
    {
        #[allow(
            clippy::wildcard_imports,
            unused_imports,
            reason = "nothing else is used, and without the feature nothing at all"
        )]
        use tokio_offload_remote::*;
        !ENTRIES.is_empty()
    }
}
