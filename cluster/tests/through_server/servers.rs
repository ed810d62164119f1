//! Several servers: a NATS cluster of three, one of which is killed, and a cluster whose queue has several streams.

use std::fs;

use tokio_offload_cluster::{Cluster, Connect, connect, disconnect};

use crate::{
    chaos::starts_are_single,
    functions::{FEW, MANY, PLAIN, SAFE, add, count_many, count_safely, wait, wait_few},
    kit::{NodeProcess, Server, Stage, free_port, nodes, soon, until, until_async},
    operators::api,
    streams::is_empty,
};

/// The caller and the nodes continue at the remaining servers, and no call is lost.
#[tokio::test(flavor = "multi_thread")]
async fn calls_outlive_one_of_three_servers() {
    let Some(mut stage) = Stage::with_servers(3).await else {
        return;
    };
    let urls: Vec<_> = stage.servers().map(Server::url).collect();
    let log = stage.server.folder().join("log-of-bodies");
    // Each node connects to another server first, and knows all of them.
    let _nodes: Vec<_> = (0..3)
        .map(|first| {
            let mut urls = urls.clone();
            urls.rotate_left(first);
            NodeProcess::start(&urls.join(","), "safe pool 2")
        })
        .collect();
    connect(Connect::url(urls.join(","))).await.unwrap();
    nodes(&SAFE, 3).await;
    let calls: Vec<_> = (0..200)
        .map(|number| count_safely(&log, number, 20).start())
        .collect();
    until("some have begun", || {
        fs::read_to_string(&log).is_ok_and(|log| log.lines().count() > 20)
    })
    .await;
    stage.server(1).down();
    for (number, call) in (0..).zip(calls) {
        assert_eq!(soon(call).await.unwrap(), number);
    }
    starts_are_single(&fs::read_to_string(&log).unwrap(), 200);
    nodes(&SAFE, 3).await;
}

/// A node of the cluster of that name, and the server that holds its queue. The node and this caller are connected to another one.
async fn away_from_holder(
    stage: &Stage,
    cluster: &'static Cluster,
    name: &str,
) -> (NodeProcess, usize) {
    let urls: Vec<_> = stage.servers().map(Server::url).collect();
    let serves = format!("{name} pool 1");
    let first = NodeProcess::start(&urls[0], &serves);
    connect(Connect::url(&urls[0])).await.unwrap();
    nodes(cluster, 1).await;
    drop(first);
    let info = api(stage, &format!("STREAM.INFO.OFFLOAD-{name}")).await;
    let holder = info.pointer("/cluster/leader").unwrap().as_str().unwrap();
    let holder: usize = holder.trim_start_matches('s').parse().unwrap();
    let elsewhere = &urls[(holder + 1) % 3];
    disconnect().await;
    connect(Connect::url(elsewhere)).await.unwrap();
    let node = NodeProcess::start(elsewhere, &serves);
    nodes(cluster, 1).await;
    (node, holder)
}

/// The server that holds the queue is restarted and has lost it. The caller and the node are connected to another server, and notice
/// nothing of that.
#[tokio::test(flavor = "multi_thread")]
async fn a_queue_may_be_lost_by_another_server() {
    let Some(mut stage) = Stage::with_servers(3).await else {
        return;
    };
    let (_node, holder) = away_from_holder(&stage, &PLAIN, "plain").await;
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let runs = wait(&begun, &end).start();
    until("it has begun", || begun.exists()).await;
    let wait: Vec<_> = (0..5).map(|number| add(number, 1).start()).collect();
    until_async("they wait", async || {
        PLAIN.depth().await.is_ok_and(|depth| depth == 5)
    })
    .await;
    stage.server(holder).down();
    stage.server(holder).up();
    until("their tickets are written again", || {
        PLAIN.stats().republished >= 5
    })
    .await;
    fs::write(&end, "").unwrap();
    assert!(soon(runs).await.unwrap());
    for (number, call) in (0..).zip(wait) {
        assert_eq!(soon(call).await.unwrap(), number + 1);
    }
    // Now the node waits for a ticket, and the server that has its request is restarted.
    stage.server(holder).down();
    stage.server(holder).up();
    assert_eq!(soon(add(1, 1)).await.unwrap(), 2);
}

/// Calls are made while it is down. The caller and the node are connected to another server.
#[tokio::test(flavor = "multi_thread")]
async fn calls_wait_for_the_server_that_holds_their_queue() {
    let Some(mut stage) = Stage::with_servers(3).await else {
        return;
    };
    let (_node, holder) = away_from_holder(&stage, &FEW, "few").await;
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    fs::write(&end, "").unwrap();
    stage.server(holder).down();
    let call = wait_few(&begun, &end).start();
    // More often than a call that has no node.
    until("its ticket is written again and again", || {
        FEW.stats().republished > 24 || FEW.stats().refused + FEW.stats().failed > 0
    })
    .await;
    stage.server(holder).up();
    assert!(soon(call).await.unwrap());
}

/// The configurations of servers that form one NATS cluster.
pub(crate) fn together(count: usize) -> Vec<String> {
    let ports: Vec<_> = (0..count).map(|_| free_port()).collect();
    let routes = ports.iter().map(|port| format!("nats://127.0.0.1:{port}"));
    let routes: Vec<_> = routes.collect();
    let config = |(number, port): (usize, &u16)| {
        format!(
            "server_name: s{number}\ncluster {{ name: three, listen: \"127.0.0.1:{port}\", routes: [{}] }}\n",
            routes.join(", ")
        )
    };
    ports.iter().enumerate().map(config).collect()
}

/// Calls go through all queues, although the nodes have fewer slots than there are queues.
#[tokio::test(flavor = "multi_thread")]
async fn a_queue_may_be_several() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let log = stage.server.folder().join("log-of-bodies");
    let _nodes = [stage.node("many pool 2"), stage.node("many pool 1")];
    nodes(&MANY, 2).await;
    let calls: Vec<_> = (0..80)
        .map(|number| count_many(&log, number, 5).start())
        .collect();
    until("some wait", || MANY.stats().done > 5).await;
    for (number, call) in (0..).zip(calls) {
        assert_eq!(soon(call).await.unwrap(), number);
    }
    starts_are_single(&fs::read_to_string(&log).unwrap(), 80);
    is_empty(&MANY).await;
    let client = async_nats::connect(stage.server.url()).await.unwrap();
    for stream in ["OFFLOAD-many", "OFFLOAD-many:1", "OFFLOAD-many:4"] {
        let asked = client.request(format!("$JS.API.STREAM.INFO.{stream}"), "".into());
        let said = asked.await.unwrap().payload;
        let said: serde_json::Value = serde_json::from_slice(&said).unwrap();
        let last = said.pointer("/state/last_seq").unwrap().as_u64().unwrap();
        assert!(last > 0, "{stream}: nothing was ever in it");
        assert_eq!(said.pointer("/config/max_msgs").unwrap(), 20);
    }
}
