//! A node that is to end, and callers that would hold it.

use std::{
    fs,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use rustix::process::Signal;
use tokio_offload_remote::encode;

use super::{Stranger, late::Caller, said};
use crate::{
    functions::{PLAIN, wait},
    kit::{Stage, nodes, soon, until},
};

/// A caller whose large result the node has, and which has not fetched any of it.
async fn with_large_result(stage: &Stage) -> Caller {
    let mut caller = Caller::with_call(stage).await;
    let claim = caller.claim().await;
    let mut large = Vec::new();
    encode(&vec![7_u8; 300_000], &mut large).unwrap();
    let bytes = large.len() as u64;
    caller.gives_call(&claim, ("echo", bytes), &large).await;
    caller.has_answer().await;
    caller
}

/// One caller gives arguments that do not come, one says all the time that it waits for a large result and does not fetch it, one does
/// not answer a claim, and one asks without end. A good call is finished, and the node ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_to_end_is_not_held() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let mut node = stage.node("plain pool 4:10");
    nodes(&PLAIN, 1).await;
    let folder = stage.server.folder();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let good = wait(&begun, &end).start();
    until("it has begun", || begun.exists()).await;
    let mut withholds = Caller::with_call(&stage).await;
    let inbox = withholds.stranger.inbox.clone();
    let mut requests = withholds.stranger.hears(&format!("{inbox}.g")).await;
    let claim = withholds.claim().await;
    withholds.gives_call(&claim, ("echo", 100_000), &[]).await;
    soon(requests.next()).await.unwrap();
    let mut hoards = with_large_result(&stage).await;
    let waits = tokio::spawn(async move { while hoards.is_known().await {} });
    let mut silent = Caller::with_call(&stage).await;
    silent.claim().await;
    let asks = Stranger::at(&stage).await;
    let to = silent.node.clone();
    let questions = tokio::spawn(async move {
        loop {
            for _ in 0..100 {
                asks.says(&to, said(&(5_u8, "_INBOX.nobody", vec![(1_u64, 1_u32)])))
                    .await;
            }
            asks.flush().await;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let told = Instant::now();
    node.signal(Signal::TERM);
    fs::write(&end, "").unwrap();
    assert!(soon(good).await.unwrap());
    assert!(soon(node.ended()).await);
    let took = told.elapsed();
    assert!(took < Duration::from_secs(60), "{took:?} and not 15 s");
    waits.abort();
    questions.abort();
}

/// The caller does not fetch the result and says nothing any more. The node waits for it for half a minute, though bodies may take longer.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_to_end_is_not_held_by_a_silent_caller() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let mut node = stage.node("plain pool 4:100");
    nodes(&PLAIN, 1).await;
    let mut silent = with_large_result(&stage).await;
    assert!(silent.is_known().await);
    let told = Instant::now();
    node.signal(Signal::TERM);
    assert!(soon(node.ended()).await);
    let took = told.elapsed();
    assert!(took > Duration::from_secs(20), "{took:?}");
    assert!(took < Duration::from_secs(50), "{took:?} and not 30 s");
}
