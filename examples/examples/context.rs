//! Context propagation: task-locals that are registered once are set in bodies too.
//!
//! `cargo run --example context`

use tokio_offload::{carry, offload, run};

tokio::task_local! {
    /// For whom the task works.
    static TENANT: String;
}

#[offload]
fn database() -> String {
    TENANT.with(|tenant| format!("the database of {tenant}"))
}

#[offload]
fn has_tenant() -> bool {
    TENANT.try_with(|_| ()).is_ok()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    offload_examples::arguments::none();
    // Once, when the program starts. Spans of `tracing` need only the feature `tracing`.
    carry(&TENANT);

    for tenant in ["acme", "umbrella"] {
        let found = TENANT.scope(tenant.to_owned(), async {
            // It is set in closures as well.
            assert!(run(|| TENANT.try_with(|_| ()).is_ok()).await);
            database().await
        });
        println!("{tenant}: {}", found.await);
    }
    // The threads are left clean.
    println!("outside, there is a tenant: {}", has_tenant().await);
}
