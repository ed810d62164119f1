//! Calls that reach a node and return.

use crate::{
    functions::{PLAIN, POOL, SANDBOX, add, echo, in_sandbox, pid, runtime},
    kit::{Stage, nodes, soon},
};
use futures_util::StreamExt;
use tokio::{runtime::Handle, sync::oneshot};
use tokio_offload_cluster::{Node, disconnect};

#[tokio::test(flavor = "multi_thread")]
async fn a_function_runs_on_a_node() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let _node = stage.node("plain pool 4");
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    let there = soon(pid()).await.unwrap();
    assert_ne!(there, std::process::id());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_can_be_a_node_too() {
    let Some(_stage) = Stage::set().await else {
        return;
    };
    for on_workers in [false, true] {
        let (stop, stopped) = oneshot::channel::<()>();
        let node = Node::of(&PLAIN).slots(2);
        let node = if on_workers {
            node.on(&SANDBOX)
        } else {
            node.on(&POOL)
        };
        let stopped = async { drop(stopped.await) };
        let node = tokio::spawn(async move { node.serve_until(stopped).await });
        nodes(&PLAIN, 1).await;
        assert_eq!(soon(echo(b"abc")).await.unwrap(), b"abc");
        assert_eq!(
            soon(pid()).await.unwrap() == std::process::id(),
            !on_workers
        );
        // The workers of a node can run offloaded functions too.
        assert_ne!(soon(in_sandbox()).await.unwrap(), std::process::id());
        stop.send(()).unwrap();
        soon(node).await.unwrap().unwrap();
    }
}

/// Confirmations of results wait for a moment, because most can go with something else. A node that is ending waits for them.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_result_is_confirmed_too() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let client = async_nats::connect(stage.server.url()).await.unwrap();
    let told = client.subscribe("offload.v1.plain.node.>").await;
    let mut told = told.unwrap();
    client.flush().await.unwrap();
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    assert!(soon(told.next()).await.is_some());
    assert_eq!(soon(add(2, 2)).await.unwrap(), 4);
    disconnect().await;
    assert!(soon(told.next()).await.is_some());
}

/// The connection has a thread and a runtime of its own, in which no body runs.
#[tokio::test(flavor = "multi_thread")]
async fn bodies_on_threads_have_the_runtime_of_their_program() {
    let Some(_stage) = Stage::set().await else {
        return;
    };
    let own = Handle::current().id().to_string();
    for on_pool in [false, true] {
        let node = Node::of(&PLAIN).slots(2);
        let node = if on_pool { node.on(&POOL) } else { node };
        let node = tokio::spawn(node.serve_until(std::future::pending()));
        nodes(&PLAIN, 1).await;
        assert_eq!(soon(runtime()).await.unwrap().as_ref(), Some(&own));
        // A node whose future is dropped ends at once.
        node.abort();
        nodes(&PLAIN, 0).await;
    }
}
