//! What callers and nodes may do, and what bodies may ask.

use std::time::{Duration, Instant};

use tokio_offload::{Error, offload};
use tokio_offload_cluster::{Cluster, Connect, connect, permissions};

use crate::{
    functions::{FEW, PLAIN, add, echo, nested, wait, wait_few, who_am_i},
    kit::{NodeProcess, Stage, nodes, soon, until},
};

/// The place that the call may need is taken by the body that waits for it. In a worker process there is nothing to wait with.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_calls_its_own_cluster_is_refused() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let node = stage.node("plain pool 1");
    let end = soon(nested()).await.unwrap();
    assert!(end.contains("Nested"), "{end}");
    drop(node);
    let _node = stage.node("plain workers 1");
    let end = soon(nested()).await;
    assert!(matches!(end, Err(Error::NoRuntime)), "{end:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_knows_its_call() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    for place in ["pool", "workers"] {
        let _node = stage.node(&format!("plain {place} 1"));
        let (first, attempt) = soon(who_am_i()).await.unwrap();
        assert_eq!(attempt, Some(1));
        let (second, _) = soon(who_am_i()).await.unwrap();
        assert!(first.is_some() && first != second);
    }
    assert_eq!(
        (tokio_offload::call_id(), tokio_offload::attempt()),
        (None, None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_sends_no_more_than_it_may() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let folder = stage.server.folder().to_owned();
    let _node = stage.node("few pool 4");
    let end = folder.join("end");
    let begun = |number: usize| folder.join(format!("f{number}"));
    let mut calls: Vec<_> = (0..4)
        .map(|number| wait_few(&begun(number), &end).start())
        .collect();
    until("two have begun", || begun(0).exists() && begun(1).exists()).await;
    // One that is given up lets the next one go.
    drop(calls.remove(1));
    until("the third has begun", || begun(2).exists()).await;
    assert!(!begun(3).exists());
    std::fs::write(&end, "").unwrap();
    for call in calls {
        assert!(soon(call).await.unwrap());
    }
    assert_eq!((FEW.stats().done, FEW.stats().cancelled), (3, 1));
}

static UNSERVED: Cluster = Cluster::new("unserved").wait_for_nodes(Duration::from_secs(1));

#[offload(remote = UNSERVED)]
fn unserved() -> Result<u32, Error> {
    Ok(1)
}

/// The functions of other clusters are not served, though they are in the node's program.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_served_that_a_node_does_not_name() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let call = unserved().start();
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    assert!(matches!(soon(call).await, Err(Error::NoNodes(_))));
}

/// With rights that are generated a caller calls and a node serves; without them a call says at once what it was refused.
#[tokio::test(flavor = "multi_thread")]
async fn rights_are_those_that_are_needed() {
    let rights = permissions(&[&PLAIN], "_IN_C", "_IN_N");
    let config = format!(
        "{rights}\nnothing = {{ publish: {{ allow: [\"nothing\"] }}, subscribe: {{ allow: [\"_IN_X.>\"] }} }}\n\
         authorization {{ users: [\n\
         {{ user: caller, password: c, permissions: $caller }}\n\
         {{ user: node, password: n, permissions: $node }}\n\
         {{ user: nobody, password: x, permissions: $nothing }} ] }}\n"
    );
    let Some(stage) = Stage::with(config).await else {
        return;
    };
    let url = |login: &str| stage.server.url().replace("://", &format!("://{login}@"));
    let refused = connect(Connect::url(url("caller:wrong")))
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("authorization"), "{refused}");

    let _node = NodeProcess::start_at(&url("node:n"), "plain workers 2", Some("_IN_N"));
    connect(Connect::url(url("caller:c")).inbox_prefix("_IN_C"))
        .await
        .unwrap();
    nodes(&PLAIN, 1).await;
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    let large = vec![1; 3 << 20];
    assert!(soon(echo(&large)).await.unwrap() == large);
    assert_eq!(PLAIN.depth().await.unwrap(), 0);
    let file = stage.server.folder().join("begun");
    let call = wait(&file, &file.with_file_name("never")).start();
    until("it has begun", || file.exists()).await;
    drop(call);
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    assert!(
        !stage.server.log().contains("Violation"),
        "{}",
        stage.server.log()
    );

    tokio_offload_cluster::disconnect().await;
    connect(Connect::url(url("nobody:x")).inbox_prefix("_IN_X"))
        .await
        .unwrap();
    let begun = Instant::now();
    let Err(Error::Unreachable(text)) = soon(add(1, 2)).await else {
        panic!("it ran");
    };
    assert!(text.contains("Permissions Violation"), "{text}");
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "as late as without nodes"
    );
}
