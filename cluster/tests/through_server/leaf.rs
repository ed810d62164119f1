//! A hub, and a leaf that has connected to it: each has a `JetStream` of its own, and the domain says which is meant.

use tokio_offload::Error;
use tokio_offload_cluster::{Connect, Node, connect, disconnect, permissions};

use crate::{
    functions::{PLAIN, POOL, add, echo, wait},
    kit::{NodeProcess, Server, Stage, free_port, nodes, soon, until},
    streams::is_empty,
};

/// A hub on the stage, and a leaf, as in the guide. At the leaf, programs have the rights they need for the domain, and no others.
async fn hub_and_leaf() -> Option<(Stage, Server)> {
    let port = free_port();
    let hub = format!(
        "server_name: hub\njetstream {{ domain: hub }}\nleafnodes {{ listen: \"127.0.0.1:{port}\" }}\n"
    );
    let rights = permissions(&[&PLAIN], "_IN_C", "_IN_N").replace("$JS.API.", "$JS.hub.API.");
    let leaf = format!(
        "{rights}server_name: leaf\njetstream {{ domain: leaf }}\n\
         leafnodes {{ remotes: [ {{ url: \"nats-leaf://127.0.0.1:{port}\" }} ] }}\n\
         authorization {{ users: [ {{ user: caller, password: x, permissions: $caller }}\n\
         {{ user: node, password: x, permissions: $node }} ] }}\n"
    );
    let stage = Stage::with(hub).await?;
    let leaf = Server::start(Some(leaf))?;
    Some((stage, leaf))
}

/// The address of a server with a login, where the hub needs none.
fn login(server: &Server, user: &str) -> String {
    let url = server.url();
    url.replace("://", &format!("://{user}:x@"))
}

fn node(server: &Server, word: &str) -> NodeProcess {
    NodeProcess::start_with(&login(server, "node"), word, |command| {
        command.env("OFFLOAD_TEST_DOMAIN", "hub");
        command.env("NATS_INBOX", "_IN_N");
    })
}

/// It serves callers at the hub, with large values too, and its end is noticed there.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_behind_a_leaf_serves_callers_at_the_hub() {
    let Some((stage, leaf)) = hub_and_leaf().await else {
        return;
    };
    let to = Connect::url(stage.server.url());
    connect(to.inbox_prefix("_IN_C")).await.unwrap();
    let mut node = node(&leaf, "plain pool 2");
    nodes(&PLAIN, 1).await;
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    let large = vec![7; 3 << 20];
    assert!(soon(echo(&large)).await.unwrap() == large);
    is_empty(&PLAIN).await;
    let begun = stage.server.folder().join("begun");
    let call = wait(&begun, &begun.with_file_name("never")).start();
    until("it has begun", || begun.exists()).await;
    node.kill();
    assert!(matches!(soon(call).await, Err(Error::Lost(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_behind_a_leaf_is_served_at_the_hub() {
    let Some((stage, leaf)) = hub_and_leaf().await else {
        return;
    };
    let _node = node(&stage.server, "plain workers 2");
    let to = Connect::url(login(&leaf, "caller")).domain("hub");
    connect(to.inbox_prefix("_IN_C")).await.unwrap();
    nodes(&PLAIN, 1).await;
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    let large = vec![7; 3 << 20];
    assert!(soon(echo(&large)).await.unwrap() == large);
    is_empty(&PLAIN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_that_nobody_has_or_that_is_refused_is_named() {
    let Some((stage, leaf)) = hub_and_leaf().await else {
        return;
    };
    let to = Connect::url(login(&leaf, "node")).inbox_prefix("_IN_N");
    assert!(soon(connect(to.clone().domain("a.b"))).await.is_err());
    let elsewhere = Connect::url(stage.server.url()).domain("elsewhere");
    for (to, word) in [
        (elsewhere, "`elsewhere`"),
        (to.domain("leaf"), "API.STREAM.CREATE.OFFLOAD-plain\""),
    ] {
        connect(to).await.unwrap();
        let node = Node::of(&PLAIN).on(&POOL);
        let error = soon(node.serve_until(std::future::pending())).await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
        disconnect().await;
    }
}
