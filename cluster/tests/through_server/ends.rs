//! How a node ends: when it has no server to tell, or no place for bodies. And one that cannot run them for a while.

use rustix::process::Signal;
use tokio_offload::Error;

use crate::{
    functions::{PLAIN, add, wait},
    kit::{Stage, nodes, soon, until},
};

/// The node has a body that does not end, and has requested a ticket for its free slot.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_to_end_ends_without_a_server() {
    let Some(mut stage) = Stage::set().await else {
        return;
    };
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let mut node = stage.node("plain pool 2:0");
    nodes(&PLAIN, 1).await;
    let call = wait(&begun, &end).start();
    until("it has begun", || begun.exists()).await;
    stage.server.down();
    node.signal(Signal::TERM);
    assert!(soon(node.ended()).await);
    drop(call);
}

/// Other nodes run what it cannot. It is always free, so it would take most calls.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_cannot_run_bodies_leaves_them_to_others() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let _broken = stage.node("plain broken 4");
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 2).await;
    for _ in 0..4 {
        let calls: Vec<_> = (0..8).map(|number| add(number, 1).start()).collect();
        for (number, call) in (1..).zip(calls) {
            assert_eq!(soon(call).await.unwrap(), number);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_no_node_can_run_says_why() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let _broken = stage.node("plain broken 4");
    let Err(Error::Unreachable(text)) = soon(add(0, 1)).await else {
        panic!("it ran");
    };
    assert!(text.contains("no licence"), "{text}");
}

/// It says so to its program, and takes no more calls. The one that it had has not begun, so another node runs it.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_whose_pool_is_shut_down_ends() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    for place in ["closed", "gone"] {
        let mut node = stage.node(&format!("plain {place} 4"));
        nodes(&PLAIN, 1).await;
        let call = add(1, 1).start();
        assert!(!soon(node.ended()).await, "{place}");
        let node = stage.node("plain pool 1");
        assert_eq!(soon(call).await.unwrap(), 2, "{place}");
        drop(node);
        nodes(&PLAIN, 0).await;
    }
    let mut node = stage.node("plain closed 4");
    nodes(&PLAIN, 1).await;
    let call = add(1, 1).start();
    assert!(!soon(node.ended()).await);
    let Err(Error::Unreachable(text)) = soon(call).await else {
        panic!("it ran");
    };
    assert!(text.contains("shut down"), "{text}");
}
