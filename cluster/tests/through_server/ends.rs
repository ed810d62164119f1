//! How a node ends when it is stopped and has no server to tell.

use rustix::process::Signal;

use crate::{
    functions::{PLAIN, wait},
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
