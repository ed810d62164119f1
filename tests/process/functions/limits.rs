//! Limits of time, each of which ends a call by a kind of its own.

use std::{path::Path, time::Duration};

use tokio_offload::{Error, Workers, offload};

use crate::{
    Failed, call_error,
    gate::{Gate, wait_at},
};

/// A body gets to its gate within it, also on a machine with much else to do: one that does not leaves its test waiting.
const LIMIT: Duration = Duration::from_secs(5);

static SHORT: Workers = Workers::new("short").processes(1).timeout(LIMIT);

#[offload(remote = SHORT)]
fn too_long(gate: &Path) -> Result<(), Failed> {
    Ok(wait_at(gate)?)
}

#[tokio::test]
async fn a_body_that_runs_too_long_is_killed() {
    let gate = Gate::new();
    for started in [false, true] {
        let mut call = too_long(gate.path());
        if started {
            call = call.start();
        }
        let gone = async { gate.visitor().await.gone().await };
        let (end, ()) = tokio::join!(call.outcome(), gone);
        let Err(Error::TimedOut(limit)) = end else {
            panic!("another end: {end:?}");
        };
        assert_eq!(limit, LIMIT);
    }
    let gone = async { gate.visitor().await.gone().await };
    let (end, ()) = tokio::join!(too_long(gate.path()), gone);
    let error = call_error(end);
    assert!(matches!(error, Error::TimedOut(_)));
    assert!(error.to_string().contains("`timeout` of 5s"), "{error}");
}

const QUEUE_LIMIT: Duration = Duration::from_secs(1);

static CROWDED: Workers = Workers::new("crowded")
    .processes(1)
    .queue_timeout(QUEUE_LIMIT);

#[offload(remote = CROWDED)]
fn waits(gate: &Path) -> Result<(), Failed> {
    Ok(wait_at(gate)?)
}

#[tokio::test]
async fn a_call_that_waits_too_long_never_runs() {
    let gate = Gate::new();
    // To start a worker may take longer than a call may wait.
    CROWDED.prewarm(1).await.unwrap();
    let first = waits(gate.path()).start();
    let visitor = gate.visitor().await;
    let Error::QueueTimedOut(limit) = call_error(waits(gate.path()).await) else {
        panic!("another error");
    };
    assert_eq!(limit, QUEUE_LIMIT);
    let end = waits(gate.path()).start().outcome().await;
    let error = end.expect_err("it waits");
    assert!(matches!(error, Error::QueueTimedOut(_)));
    assert!(
        error.to_string().contains("`queue_timeout` of 1s"),
        "{error}"
    );
    visitor.open().await;
    first.await.unwrap();
    assert_eq!(CROWDED.stats().done, 1);
}
