//! Counters and times of every function and pool: as plain data, as advice, and for Prometheus. Feature `metrics`.
//!
//! `cargo run -p with-features --example metrics`

use std::{error::Error, thread, time::Duration};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tokio_offload::{Pool, offload, publish_metrics, snapshot};

/// Seconds: waits lie between microseconds and minutes.
const BUCKETS: [f64; 11] = [
    0.00001, 0.00005, 0.00025, 0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0,
];

static WORK: Pool = Pool::new("work").threads(1);

#[offload(pool = WORK)]
fn work() {
    thread::sleep(Duration::from_millis(5));
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    offload_examples::arguments::none();
    // Any recorder of the `metrics` facade will do. With buckets, several servers can be added up.
    let times = Matcher::Prefix("tokio_offload".into());
    let page = PrometheusBuilder::new()
        .set_buckets_for_metric(times, &BUCKETS)?
        .install_recorder()?;

    let calls: Vec<_> = (0..20).map(|_| work().start()).collect();
    for call in calls {
        call.await;
    }

    // Plain data, with histograms, and what the numbers suggest.
    let now = snapshot();
    for pool in now.pools.iter().filter(|pool| pool.calls.done > 0) {
        let wait = pool.wait.quantile(0.5).unwrap_or_default();
        println!(
            "{} calls done, half of them waited longer than {wait:.0?}",
            pool.calls.done
        );
    }
    for advice in now.advice() {
        println!("advice: {advice}");
    }
    // In the handler of `/metrics`: first this, then the page.
    publish_metrics();
    let text = page.render();
    let lines = text.lines().filter(|line| line.contains("calls_total{"));
    lines.for_each(|line| println!("{line}"));
    Ok(())
}
