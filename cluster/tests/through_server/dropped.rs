//! Calls that are dropped before a node has them: their bodies run nowhere. And those of a program that disconnects.

use std::fs;

use futures_util::StreamExt;
use tokio_offload::Error;
use tokio_offload_cluster::disconnect;

use crate::{
    functions::{FEW, PLAIN, add, wait, wait_few},
    hostile::Stranger,
    kit::{Stage, nodes, soon, until, until_async},
};

/// While it looks for nodes, while it is held back by `in_flight`, in the queue, and before it was started.
#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_call_runs_nowhere() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let file = |name: &str| stage.server.folder().join(name);
    let end = file("end");
    let looks = wait(&file("looks"), &end).start();
    until("it looks for nodes", || PLAIN.stats().queued == 1).await;
    drop(looks);
    until("it is over", || PLAIN.stats().cancelled == 1).await;
    let _node = stage.node("plain+few pool 1");
    nodes(&PLAIN, 1).await;
    let runs = wait_few(&file("runs"), &end).start();
    until("it runs", || file("runs").exists()).await;
    let waits = wait_few(&file("waits"), &end).start();
    let queued = async || FEW.depth().await.is_ok_and(|depth| depth == 1);
    until_async("it waits in the queue", queued).await;
    let held = wait_few(&file("held"), &end).start();
    until("it is held back", || FEW.stats().queued == 2).await;
    drop(wait_few(&file("never started"), &end));
    drop(held);
    drop(waits);
    fs::write(&end, "").unwrap();
    assert!(soon(runs).await.unwrap());
    // The only slot is free, and what is left in the queues is taken before these.
    assert!(soon(wait_few(&file("last"), &end)).await.unwrap());
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    for name in ["looks", "waits", "held", "never started"] {
        assert!(!file(name).exists(), "{name}");
    }
    let empty = async || FEW.depth().await.is_ok_and(|depth| depth == 0);
    until_async("no ticket is left", empty).await;
    assert_eq!((FEW.stats().done, FEW.stats().cancelled), (2, 2));
}

/// A node that is not told runs the body until it notices that the caller is silent.
#[tokio::test(flavor = "multi_thread")]
async fn nodes_are_told_when_their_caller_disconnects() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let stranger = Stranger::at(&stage).await;
    let mut told = stranger.hears("offload.v1.plain.node.*").await;
    let call = wait(&begun, &end).start();
    until("it has begun", || begun.exists()).await;
    disconnect().await;
    assert!(matches!(soon(call).await, Err(Error::Shutdown)));
    let cancel = 4;
    while soon(told.next()).await.unwrap().payload[1] != cancel {}
}

/// Thousands at once, in the queue and at the node: none is left anywhere, and the next call is served.
#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_dropped_calls_leave_nothing() {
    const CALLS: u32 = 5000;
    let Some(stage) = Stage::set().await else {
        return;
    };
    let _node = stage.node("plain pool 4");
    nodes(&PLAIN, 1).await;
    for round in 0..2 {
        let calls: Vec<_> = (0..CALLS).map(|number| add(number, 1).start()).collect();
        // In the second round they are dropped at once, and in the first when some have run.
        if round == 0 {
            until("some have run", || PLAIN.stats().done > 10).await;
        }
        let (cancelled, dropped): (Vec<_>, Vec<_>) =
            (0..).zip(calls).partition(|(number, _)| number % 2 == 0);
        drop(dropped);
        for (_, call) in &cancelled {
            call.cancel();
        }
        for (number, call) in cancelled {
            let end = soon(call).await;
            let is_right = matches!(&end, Ok(sum) if *sum == number + 1);
            assert!(is_right || matches!(end, Err(Error::Cancelled)), "{end:?}");
        }
        assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    }
    until("no call is left", || {
        let stats = PLAIN.stats();
        (stats.queued, stats.running) == (0, 0)
    })
    .await;
    let empty = async || PLAIN.depth().await.is_ok_and(|depth| depth == 0);
    until_async("no ticket is left", empty).await;
    let free = async || PLAIN.nodes().await.is_ok_and(|nodes| nodes[0].busy == 0);
    until_async("no slot is occupied", free).await;
}
