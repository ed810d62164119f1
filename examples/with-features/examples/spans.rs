//! The span of the caller is there in the body, and each call has one of its own. Feature `tracing`.
//!
//! `cargo run -p with-features --example spans`

use tokio_offload::offload;
use tracing::{Instrument as _, info, info_span, level_filters::LevelFilter};

#[offload]
fn look_up(name: &str) -> usize {
    // On another thread, and still in the span of the request.
    info!("looking up");
    name.len()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    offload_examples::arguments::none();
    // The spans of calls are DEBUG; from INFO on there are only those of your own.
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::DEBUG)
        .without_time()
        .with_ansi(false)
        .with_writer(std::io::stdout)
        .init();
    for id in 1..=2 {
        let request = async {
            let length = look_up("somebody").await;
            info!(length, "answered");
        };
        request.instrument(info_span!("request", id)).await;
    }
}
