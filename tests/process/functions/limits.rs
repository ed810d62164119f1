//! Limits of time, each of which ends a call by a kind of its own.

use std::{path::Path, time::Duration};

use tokio_offload::{Error, Workers, offload};

use crate::{
    Failed, call_error,
    gate::{Gate, wait_at},
};

static SHORT: Workers = Workers::new("short")
    .processes(1)
    .timeout(Duration::from_millis(50));

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
        assert_eq!(limit, Duration::from_millis(50));
    }
    let gone = async { gate.visitor().await.gone().await };
    let (end, ()) = tokio::join!(too_long(gate.path()), gone);
    assert!(matches!(call_error(end), Error::TimedOut(_)));
}

static CROWDED: Workers = Workers::new("crowded")
    .processes(1)
    .queue_timeout(Duration::from_millis(50));

#[offload(remote = CROWDED)]
fn waits(gate: &Path) -> Result<(), Failed> {
    Ok(wait_at(gate)?)
}

#[tokio::test]
async fn a_call_that_waits_too_long_never_runs() {
    let gate = Gate::new();
    let first = waits(gate.path()).start();
    let visitor = gate.visitor().await;
    let Error::QueueTimedOut(limit) = call_error(waits(gate.path()).await) else {
        panic!("another error");
    };
    assert_eq!(limit, Duration::from_millis(50));
    let end = waits(gate.path()).start().outcome().await;
    assert!(matches!(end, Err(Error::QueueTimedOut(_))));
    visitor.open().await;
    first.await.unwrap();
    assert_eq!(CROWDED.stats().done, 1);
}
