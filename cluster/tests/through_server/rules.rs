//! What callers and nodes may do, and what bodies may ask.

use std::{future::pending, time::Duration};

use tokio_offload::{Error, offload};
use tokio_offload_cluster::{Cluster, Node};

use crate::{
    functions::{FEW, PLAIN, POOL, add, nested, wait_few, who_am_i},
    kit::{NodeProcess, Stage, nodes, soon, until},
};

/// The body would occupy the slot that its call needs. In a worker process there is no runtime to wait with.
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
    // When a call is dropped, the next one starts.
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

/// A node does not serve functions of other clusters, although its program contains them.
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

/// A name with a mistake in it would serve nothing, and callers would only learn that no node has their function.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_does_not_serve_what_its_program_does_not_have() {
    let Some(_stage) = Stage::set().await else {
        return;
    };
    for names in [
        &["add", "ad"][..],
        &["functions::dd"],
        &[""],
        &["plain::add"],
    ] {
        let node = Node::of(&PLAIN)
            .and(&FEW)
            .on(&POOL)
            .only(names.iter().copied());
        let error = soon(node.serve_until(pending())).await.unwrap_err();
        let name = format!("`{}`", names.last().unwrap());
        assert!(error.to_string().contains(&name), "{error}");
    }
}

/// As where a variable of a container is made of one that is not set.
#[tokio::test(flavor = "multi_thread")]
async fn empty_variables_are_as_those_that_are_not_set() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let _node = NodeProcess::start_with(&stage.server.url(), "plain pool 1", |command| {
        command.env("NATS_CREDS", "").env("NATS_INBOX", "");
    });
    nodes(&PLAIN, 1).await;
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
}
