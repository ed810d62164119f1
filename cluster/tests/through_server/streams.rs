//! Nodes that leave their stream to an operator: with `manage_stream(false)` it has to be there, and to be a queue.

use std::future::pending;

use serde_json::{Value, json};
use tokio_offload::Error;
use tokio_offload_cluster::{Cluster, Connect, Node, NodeError, connect};

use crate::{
    functions::{PLAIN, POOL, add, wait},
    kit::{Stage, nodes, soon, until_async},
    operators::api,
};

/// The stream that the guide tells operators to make.
pub(crate) fn queue() -> Value {
    json!({
        "name": "OFFLOAD-plain",
        "subjects": ["offload.v1.plain.0.call.>"],
        "retention": "workqueue",
        "storage": "memory",
        "discard": "new",
        "max_msgs": 5000,
    })
}

/// Makes the stream of the operator.
pub(crate) async fn make(stage: &Stage, config: &Value) -> Value {
    let client = async_nats::connect(stage.server.url()).await.unwrap();
    let config = config.to_string().into();
    let said = client.request("$JS.API.STREAM.CREATE.OFFLOAD-plain", config);
    let said: Value = serde_json::from_slice(&said.await.unwrap().payload).unwrap();
    assert_eq!(said.get("error"), None);
    said
}

async fn info(stage: &Stage) -> Value {
    api(stage, "STREAM.INFO.OFFLOAD-plain").await
}

pub(crate) async fn delete(stage: &Stage) {
    api(stage, "STREAM.DELETE.OFFLOAD-plain").await;
}

async fn serve() -> NodeError {
    let node = Node::of(&PLAIN).on(&POOL).manage_stream(false);
    let Err(error) = soon(node.serve_until(pending())).await else {
        panic!("it has not been told to end");
    };
    error
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_a_node_is_not_to_make_has_to_be_there() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let error = serve().await.to_string();
    assert!(error.contains("`OFFLOAD-plain`"), "{error}");
    assert!(error.contains("`manage_stream(false)`"), "{error}");
    let names = api(&stage, "STREAM.NAMES").await;
    assert_eq!(names["total"], 0);
}

/// The node uses it as it is, also after the operator has deleted it and made it again.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_an_operator_stays_as_it_is() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let made = make(&stage, &queue()).await;
    // So callers find out how old it is.
    for time in ["created", "ts"] {
        assert!(made[time].as_str().unwrap().ends_with('Z'), "{made}");
    }
    let node = Node::of(&PLAIN).on(&POOL).manage_stream(false);
    let node = tokio::spawn(node.serve_until(pending()));
    nodes(&PLAIN, 1).await;
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    let seen = info(&stage).await;
    assert_eq!(seen["config"], made["config"]);
    delete(&stage).await;
    let waits = add(3, 4).start();
    let mut other = queue();
    other["max_msgs"] = 7.into();
    make(&stage, &other).await;
    assert_eq!(soon(waits).await.unwrap(), 7);
    let seen = info(&stage).await;
    assert_eq!(seen["config"]["max_msgs"], 7);
    node.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_another_shape_is_refused() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    for (setting, value, word) in [
        ("retention", json!("limits"), "workqueue"),
        ("retention", json!("interest"), "workqueue"),
        ("discard", json!("old"), "discard"),
        (
            "subjects",
            json!(["elsewhere.>"]),
            "offload.v1.plain.0.call.>",
        ),
    ] {
        let mut config = queue();
        config[setting] = value;
        make(&stage, &config).await;
        let error = serve().await.to_string();
        assert!(
            error.contains("`OFFLOAD-plain`") && error.contains(word),
            "{error}"
        );
        delete(&stage).await;
    }
    // What a node may make again it mends, where the server allows that.
    let mut config = queue();
    config["discard"] = json!("old");
    make(&stage, &config).await;
    let node = tokio::spawn(Node::of(&PLAIN).on(&POOL).serve_until(pending()));
    let mended = async || info(&stage).await["config"]["discard"] == "new";
    until_async("it is mended", mended).await;
    node.abort();
}

/// The operator has limited the bytes of the stream, not the number of calls. Those for which there is no room say so.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_has_all_its_bytes_is_full() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let mut config = queue();
    config["max_bytes"] = 1000.into();
    make(&stage, &config).await;
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let node = Node::of(&PLAIN).on(&POOL).slots(1).manage_stream(false);
    let node = tokio::spawn(node.serve_until(pending()));
    nodes(&PLAIN, 1).await;
    let first = wait(&begun, &end).start();
    crate::kit::until("it has begun", || begun.exists()).await;
    let calls: Vec<_> = (0..30).map(|number| add(number, 1).start()).collect();
    let refused = || PLAIN.stats().refused >= 20;
    crate::kit::until("there is no room", refused).await;
    std::fs::write(&end, "").unwrap();
    assert!(soon(first).await.unwrap());
    let mut done = 0;
    for (number, call) in (0..).zip(calls) {
        match soon(call).await {
            Ok(sum) if sum == number + 1 => done += 1,
            Err(Error::Full) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!((1..=10).contains(&done), "{done} had room");
    assert_eq!(soon(add(1, 1)).await.unwrap(), 2);
    node.abort();
}

/// The account may store no more. Others may have filled it, so calls wait until there is room.
#[tokio::test(flavor = "multi_thread")]
async fn calls_wait_for_room_in_their_account() {
    let limited = "jetstream: { max_mem: 10000, max_file: 1M }";
    let users = "users: [ { user: a, password: x } ]";
    let config = format!("accounts {{ A: {{ {limited}, {users} }} }}\nno_auth_user: a\n");
    let Some(stage) = Stage::with(config).await else {
        return;
    };
    connect(Connect::url(stage.server.url())).await.unwrap();
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let first = wait(&begun, &end).start();
    crate::kit::until("it has begun", || begun.exists()).await;
    let calls: Vec<_> = (0..100).map(|number| add(number, 1).start()).collect();
    let has = async || info(&stage).await["state"]["bytes"].as_u64().unwrap();
    // No ticket has more bytes.
    let is_full = async || has().await + 200 > 10_000;
    until_async("the account is full", is_full).await;
    std::fs::write(&end, "").unwrap();
    assert!(soon(first).await.unwrap());
    for (number, call) in (0..).zip(calls) {
        assert_eq!(soon(call).await.unwrap(), number + 1);
    }
}

/// Waits until no ticket is in the queue. The server learns a moment later than a caller that a call has ended.
pub(crate) async fn is_empty(cluster: &Cluster) {
    let empty = async || cluster.depth().await.is_ok_and(|depth| depth == 0);
    crate::kit::until_async("the queue is empty", empty).await;
}
