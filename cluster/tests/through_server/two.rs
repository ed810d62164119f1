//! Nodes of more than one cluster.

use std::fs;

use tokio_offload_cluster::Cluster;

use crate::{
    functions::{AGAIN, FEW, PLAIN, add, count, count_again, wait, wait_few},
    kit::{Stage, nodes, soon, until, until_async},
};

/// One slot for two clusters: while a call of one has it, a call of the other waits.
#[tokio::test(flavor = "multi_thread")]
async fn clusters_share_the_slots_of_a_node() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let file = |name: &str| stage.server.folder().join(name);
    let _node = stage.node("plain+few pool 1");
    nodes(&PLAIN, 1).await;
    nodes(&FEW, 1).await;
    let first = wait(&file("first"), &file("end")).start();
    until("it has begun", || file("first").exists()).await;
    let second = wait_few(&file("second"), &file("end")).start();
    let waits = async || FEW.depth().await.is_ok_and(|depth| depth == 1);
    until_async("the other one waits", waits).await;
    // The node answers after it has done what came before, so it would have taken the call long ago.
    for _ in 0..5 {
        let seen = FEW.nodes().await.unwrap();
        assert_eq!((seen[0].slots, seen[0].busy), (1, 1));
    }
    assert!(!file("second").exists());
    fs::write(file("end"), "").unwrap();
    assert!(soon(first).await.unwrap());
    assert!(soon(second).await.unwrap());
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
}

/// While calls of the first cluster wait, none of the second gets a slot.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_cluster_is_served_first() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let file = |name: &str| stage.server.folder().join(name);
    let log = file("log-of-bodies");
    let _node = stage.node("plain+again pool 1");
    nodes(&PLAIN, 1).await;
    let runs = wait(&file("first"), &file("end")).start();
    until("it has begun", || file("first").exists()).await;
    let usual: Vec<_> = (0..20)
        .map(|number| count_again(&log, number, 1).start())
        .collect();
    let urgent: Vec<_> = (0..20)
        .map(|number| count(&log, number, 1).start())
        .collect();
    let waits = async |cluster: &Cluster| cluster.depth().await.is_ok_and(|depth| depth == 20);
    until_async("they wait", async || {
        waits(&AGAIN).await && waits(&PLAIN).await
    })
    .await;
    fs::write(file("end"), "").unwrap();
    assert!(soon(runs).await.unwrap());
    for call in urgent {
        soon(call).await.unwrap();
    }
    // The first slot may go to either, because the node has not yet heard of those that wait. One may follow the last.
    let begun = fs::read_to_string(&log).unwrap().lines().count();
    assert!(begun <= 22, "{begun}");
    for call in usual {
        soon(call).await.unwrap();
    }
}
