//! A trait in two versions: implementations block, callers await.
//!
//! `cargo run --example traits`

use std::{env, sync::Arc};

use tokio_offload::{Offload, offload};

/// Callers take an `impl Settings` or a `&dyn Settings`. What is implemented is `BlockingSettings`, the trait as it stands here.
#[offload(blocking = BlockingSettings)]
trait Settings {
    fn get(&self, key: &str) -> Option<String>;
}

/// The real one blocks, as most of what reads settings does.
struct Environment;

impl BlockingSettings for Environment {
    fn get(&self, key: &str) -> Option<String> {
        env::var(key).ok()
    }
}

/// The one for tests answers at once, without another thread.
struct Fixed;

impl Settings for Fixed {
    fn get(&self, key: &str) -> Offload<Option<String>> {
        Offload::ready(Some(format!("fixed {key}")))
    }
}

/// A caller that knows nothing of threads.
async fn show(settings: &dyn Settings, key: &str) {
    match settings.get(key).await {
        Some(value) => println!("{key} is set, {} bytes long", value.len()),
        None => println!("{key} is not set"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    offload_examples::arguments::none();
    // Whatever blocks becomes asynchronous in an `Arc`.
    let environment: Arc<dyn BlockingSettings + Send + Sync> = Arc::new(Environment);
    show(&environment, "PATH").await;
    show(&environment, "NOT_SET_BY_ANYBODY").await;
    show(&Fixed, "anything").await;
}
