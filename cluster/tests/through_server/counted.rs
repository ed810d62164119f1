//! The counters of calls, in snapshots and metrics.

use std::sync::LazyLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio_offload::{ClusterSnapshot, Error, PoolSnapshot, publish_metrics, snapshot};
use tokio_offload_cluster::disconnect;

use crate::{
    functions::{AGAIN, PLAIN, wait, wait_again},
    kit::{Stage, nodes, soon, until},
};

static EXPORTER: LazyLock<PrometheusHandle> = LazyLock::new(|| {
    let builder = PrometheusBuilder::new();
    builder.install_recorder().unwrap()
});

fn pool(name: &str) -> Option<PoolSnapshot> {
    let mut pools = snapshot().pools.into_iter();
    pools.find(|pool| pool.name == name)
}

fn counted(name: &str) -> ClusterSnapshot {
    pool(name).and_then(|pool| pool.cluster).unwrap_or_default()
}

/// The exported value of this metric for the cluster.
fn exported(metric: &str) -> f64 {
    publish_metrics();
    let line = format!("tokio_offload_cluster_{metric}{{pool=\"again\"}} ");
    let text = EXPORTER.render();
    let mut values = text.lines().filter_map(|text| text.strip_prefix(&*line));
    let value = values.next().unwrap_or_else(|| panic!("{line}: {text}"));
    value.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_has_nodes_losses_and_further_starts() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    LazyLock::force(&EXPORTER);
    let (begun, end) = (
        stage.server.folder().join("begun"),
        stage.server.folder().join("end"),
    );
    let mut first = stage.node("again pool 2");
    nodes(&AGAIN, 1).await;
    let before = snapshot();
    let (lost, retried) = (counted("again").lost, counted("again").retried);
    let call = wait_again(&begun, &end).start();
    until("it has begun", || begun.with_extension("1").exists()).await;
    assert_eq!(counted("again").nodes, 1);
    assert_eq!(exported("nodes").to_bits(), 1_f64.to_bits());
    let _second = stage.node("again pool 2");
    nodes(&AGAIN, 2).await;
    first.kill();
    until("it has begun again", || begun.with_extension("2").exists()).await;
    assert_eq!(counted("again").nodes, 1);
    std::fs::write(&end, "").unwrap();
    assert!(soon(call).await.is_ok());
    let after = counted("again");
    assert_eq!(
        (after.nodes, after.lost, after.retried),
        (0, lost + 1, retried + 1)
    );
    let since = snapshot().since(&before).pools.into_iter();
    let row = since.clone().find(|pool| pool.name == "again").unwrap();
    let lately = row.cluster.unwrap();
    assert_eq!((lately.lost, lately.retried, row.calls.done), (1, 1, 1));
    #[expect(clippy::cast_precision_loss, reason = "a few")]
    let shown = (after.lost as f64, after.retried as f64);
    let values = (exported("lost_total"), exported("retried_total"));
    assert_eq!(format!("{values:?}"), format!("{shown:?}"));
    assert_eq!(exported("nodes").to_bits(), 0_f64.to_bits());
    for name in ["republished_total", "refused_claims_total"] {
        assert!(exported(name) >= 0.0);
    }
}

/// Nothing happens to the call while its body runs, but it is seen that it runs.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_body_runs_is_counted_as_running() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let folder = stage.server.folder();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let call = wait(&begun, &end).start();
    until("it is counted", || {
        pool("plain").is_some_and(|pool| (pool.calls.queued, pool.calls.running) == (0, 1))
    })
    .await;
    std::fs::write(&end, "").unwrap();
    assert!(soon(call).await.unwrap());
}

/// Without a connection no call is left, and none is counted as queued or running.
#[tokio::test(flavor = "multi_thread")]
async fn calls_that_end_with_the_connection_are_counted_as_over() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let folder = stage.server.folder();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let before = PLAIN.stats();
    let runs = wait(&begun, &end).start();
    until("it has begun", || begun.exists()).await;
    let waits = wait(&folder.join("never"), &end).start();
    until("the other waits", || PLAIN.stats().queued == 1).await;
    disconnect().await;
    assert!(matches!(soon(runs).await, Err(Error::Shutdown)));
    assert!(matches!(soon(waits).await, Err(Error::Shutdown)));
    let after = PLAIN.stats();
    assert_eq!((after.queued, after.running, after.nodes), (0, 0, 0));
    assert_eq!(
        (after.failed, after.refused),
        (before.failed + 1, before.refused + 1)
    );
}
