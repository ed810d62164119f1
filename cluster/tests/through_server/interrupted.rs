//! Servers that stop for a while, lose what they have stored, or have no `JetStream` for a while.

use std::{fs, future::pending, time::Duration};

use rustix::process::Signal;
use serde_json::json;
use tokio_offload::Error;
use tokio_offload_cluster::{Connect, Node, connect};

use crate::{
    chaos::starts_are_single,
    functions::{PLAIN, POOL, add, count, wait},
    kit::{NodeProcess, Stage, nodes, soon, until, until_async},
    nodes::Files,
    streams::{make, queue},
};

/// As a virtual machine that is moved. Its connections stay, so neither side notices more than silence.
#[tokio::test(flavor = "multi_thread")]
async fn calls_outlive_a_server_that_stops_for_a_moment() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let log = stage.server.folder().join("log-of-bodies");
    let files = Files::of(&stage);
    let _node = stage.node("plain pool 4");
    nodes(&PLAIN, 1).await;
    let runs = wait(&files.begun, &files.end).start();
    until("it has begun", || files.begun.exists()).await;
    for millis in [300, 1000, 2500] {
        let calls: Vec<_> = (0..50)
            .map(|number| count(&log, number, 5).start())
            .collect();
        stage.server.signal(Signal::STOP);
        let late = add(1, 1).start();
        tokio::time::sleep(Duration::from_millis(millis)).await;
        stage.server.signal(Signal::CONT);
        for (number, call) in (0..).zip(calls) {
            assert_eq!(soon(call).await.unwrap(), number, "{millis}");
        }
        assert_eq!(soon(late).await.unwrap(), 2);
    }
    fs::write(&files.end, "").unwrap();
    assert!(soon(runs).await.unwrap());
    starts_are_single(&fs::read_to_string(&log).unwrap(), 150);
}

/// For longer than a node may be silent. Then calls may be lost, but each ends once, and caller and node serve on.
#[tokio::test(flavor = "multi_thread")]
async fn each_call_ends_after_a_server_that_stops_for_long() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let log = stage.server.folder().join("log-of-bodies");
    let files = Files::of(&stage);
    let mut node = stage.node("plain pool 4");
    nodes(&PLAIN, 1).await;
    let runs = wait(&files.begun, &files.end).start();
    until("it has begun", || files.begun.exists()).await;
    let calls: Vec<_> = (0..50)
        .map(|number| count(&log, number, 20).start())
        .collect();
    until("some have begun", || log.exists()).await;
    stage.server.signal(Signal::STOP);
    tokio::time::sleep(Duration::from_secs(8)).await;
    stage.server.signal(Signal::CONT);
    let lost = soon(runs).await;
    assert!(matches!(lost, Err(Error::Lost(_))), "{lost:?}");
    let mut done = 0;
    for (number, call) in (0..).zip(calls) {
        match soon(call).await {
            Ok(back) => {
                assert_eq!(back, number);
                done += 1;
            }
            Err(Error::Lost(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    // Those that waited in the queue have lost nothing.
    assert!(done >= 30, "{done}");
    until("the body is asked to stop", || {
        files.begun.with_extension("cancelled").exists()
    })
    .await;
    assert_eq!(soon(add(1, 1)).await.unwrap(), 2);
    assert!(node.is_alive());
    starts_are_single(&fs::read_to_string(&log).unwrap(), done);
}

/// The stream of an operator, on a disk that is lost. The tickets are written into the new one.
#[tokio::test(flavor = "multi_thread")]
async fn calls_outlive_what_their_server_has_stored() {
    let Some(mut stage) = Stage::set().await else {
        return;
    };
    let files = Files::of(&stage);
    let mut config = queue();
    config["storage"] = json!("file");
    make(&stage, &config).await;
    let node = Node::of(&PLAIN).on(&POOL).slots(1).manage_stream(false);
    let node = tokio::spawn(node.serve_until(pending()));
    nodes(&PLAIN, 1).await;
    let runs = wait(&files.begun, &files.end).start();
    until("it has begun", || files.begun.exists()).await;
    let calls: Vec<_> = (0..20).map(|number| add(number, 1).start()).collect();
    let wait = async || PLAIN.depth().await.is_ok_and(|depth| depth == 20);
    until_async("they wait", wait).await;
    stage.server.down();
    fs::remove_dir_all(stage.server.folder().join("js")).unwrap();
    stage.server.up();
    until_async("there is no stream", async || PLAIN.depth().await.is_err()).await;
    make(&stage, &config).await;
    fs::write(&files.end, "").unwrap();
    assert!(soon(runs).await.unwrap());
    for (number, call) in (0..).zip(calls) {
        assert_eq!(soon(call).await.unwrap(), number + 1);
    }
    assert!(!node.is_finished(), "the node goes on");
    node.abort();
}

/// The configuration of one account, with or without `JetStream`.
fn account(jetstream: bool) -> String {
    let jetstream = if jetstream {
        "jetstream: enabled, "
    } else {
        ""
    };
    format!("accounts {{ A {{ {jetstream}users: [ {{ user: known, password: x }} ] }} }}\n")
}

/// A body that runs needs none. Calls wait until it is back, and their node neither ends nor has to be started again.
#[tokio::test(flavor = "multi_thread")]
async fn jetstream_may_be_taken_away_and_given_back() {
    let Some(mut stage) = Stage::with(account(true)).await else {
        return;
    };
    connect(Connect::url(stage.login("known"))).await.unwrap();
    let files = Files::of(&stage);
    let mut node = NodeProcess::start(&stage.login("known"), "plain pool 2");
    nodes(&PLAIN, 1).await;
    let runs = wait(&files.begun, &files.end).start();
    until("it has begun", || files.begun.exists()).await;
    stage.server.configure(account(false));
    until_async("it is gone", async || PLAIN.depth().await.is_err()).await;
    let waits = add(1, 1).start();
    let before = PLAIN.stats().republished;
    until("its ticket is written again", || {
        PLAIN.stats().republished > before + 2
    })
    .await;
    fs::write(&files.end, "").unwrap();
    assert!(soon(runs).await.unwrap());
    stage.server.configure(account(true));
    assert_eq!(soon(waits).await.unwrap(), 2);
    assert!(node.is_alive());
}
