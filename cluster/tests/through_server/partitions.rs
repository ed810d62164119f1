//! Partitions between a process and the servers: every call ends once, and no body starts twice without `retries`.

use std::{fs, path::PathBuf, time::Duration};

use futures_util::StreamExt as _;
use tokio::task::JoinSet;
use tokio_offload::Error;
use tokio_offload_cluster::{Connect, connect, disconnect};

use crate::{
    chaos::starts_are_single,
    functions::{PLAIN, add, count, wait},
    kit::{NodeProcess, Stage, nodes, soon, until},
    proxy::{Proxy, Way},
};

/// A caller and a node, each behind its own proxy.
struct Parted {
    caller: Proxy,
    node: Proxy,
    log: PathBuf,
    _process: NodeProcess,
    stage: Stage,
}

impl Parted {
    async fn set() -> Option<Self> {
        let stage = Stage::set().await?;
        disconnect().await;
        let (caller, node) = (
            Proxy::to(stage.server.port()).await,
            Proxy::to(stage.server.port()).await,
        );
        connect(Connect::url(caller.url())).await.unwrap();
        let process = NodeProcess::start(&node.url(), "plain pool 4");
        nodes(&PLAIN, 1).await;
        let log = stage.server.folder().join("log-of-bodies");
        Some(Self {
            caller,
            node,
            log,
            _process: process,
            stage,
        })
    }

    /// Makes calls and changes the proxies for a while in the middle of them. All calls must end.
    async fn ends_all(&self, caller: Way, node: Way, time: Duration) -> (usize, usize) {
        let mut calls = JoinSet::new();
        for number in 0..60 {
            let log = self.log.clone();
            calls.spawn(async move { (number, soon(count(&log, number, 15)).await) });
        }
        let begun = || fs::read_to_string(&self.log).is_ok_and(|log| log.lines().count() > 4);
        until("some have begun", begun).await;
        self.caller.becomes(caller);
        self.node.becomes(node);
        tokio::time::sleep(time).await;
        self.caller.becomes(Way::Open);
        self.node.becomes(Way::Open);
        let (mut done, mut lost) = (0, 0);
        while let Some(end) = calls.join_next().await {
            match end.unwrap() {
                (number, Ok(back)) => {
                    assert_eq!(back, number);
                    done += 1;
                }
                (_, Err(Error::Lost(_) | Error::NoNodes(_))) => lost += 1,
                (_, Err(other)) => panic!("{other:?}"),
            }
        }
        let stats = PLAIN.stats();
        assert_eq!((stats.queued, stats.running), (0, 0), "{stats:?}");
        starts_are_single(&fs::read_to_string(&self.log).unwrap(), done);
        fs::remove_file(&self.log).unwrap();
        // Calls work again after the partition.
        assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
        (done, lost)
    }
}

/// Broken connections are restored and lost messages are sent again, so no call is lost.
#[tokio::test(flavor = "multi_thread")]
async fn connections_that_break_lose_nothing() {
    let Some(parted) = Parted::set().await else {
        return;
    };
    let brief = Duration::from_millis(300);
    for (caller, node) in [
        (Way::Broken, Way::Open),
        (Way::Open, Way::Slow),
        (Way::Broken, Way::Broken),
    ] {
        let (done, lost) = parted.ends_all(caller, node, brief).await;
        assert_eq!((done, lost), (60, 0), "{caller:?} {node:?}");
    }
}

/// One side neither receives nor sends anything for longer than a node may be silent.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_cut_off_comes_back_to_calls_that_have_ended_once() {
    let Some(parted) = Parted::set().await else {
        return;
    };
    for (caller, node) in [(Way::Open, Way::Silent), (Way::Silent, Way::Open)] {
        let (done, lost) = parted.ends_all(caller, node, Duration::from_secs(5)).await;
        // Only calls that ran when the silence began can be lost.
        assert!(
            done + lost == 60 && lost <= 8,
            "{caller:?} {node:?}: {lost}"
        );
    }
}

/// A body whose caller is silent is ended. Its call ends too, and only once.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_whose_caller_is_cut_off_is_ended() {
    let Some(parted) = Parted::set().await else {
        return;
    };
    let folder = parted.stage.server.folder().to_owned();
    let begun = folder.join("begun");
    let call = wait(&begun, &folder.join("never")).start();
    until("it has begun", || begun.exists()).await;
    parted.caller.becomes(Way::Silent);
    let asked = begun.with_extension("cancelled");
    until("it is asked to stop", || asked.exists()).await;
    parted.caller.becomes(Way::Open);
    assert!(matches!(soon(call).await, Err(Error::Lost(_))));
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
}

/// How the message begins by which a node is told that nobody waits for a body.
const CANCEL: &[u8] = &[1, 4];

/// A call is given up while its node has no connection, so the node does not hear of it. Another call of the same caller goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_whose_end_was_not_heard_is_ended() {
    let Some(parted) = Parted::set().await else {
        return;
    };
    let folder = parted.stage.server.folder().to_owned();
    let (one, other, end) = (folder.join("one"), folder.join("other"), folder.join("end"));
    let given_up = wait(&one, &end).start();
    let goes_on = wait(&other, &end).start();
    until("both have begun", || one.exists() && other.exists()).await;
    let watcher = async_nats::connect(parted.stage.server.url())
        .await
        .unwrap();
    let mut told = watcher.subscribe("offload.v1.plain.node.*").await.unwrap();
    watcher.flush().await.unwrap();
    parted.node.becomes(Way::Broken);
    until("it has no connection", || parted.node.is_idle()).await;
    drop(given_up);
    // What the node does not hear. It comes back at once: after some seconds it would have lost the other call as well.
    while !soon(told.next()).await.unwrap().payload.starts_with(CANCEL) {}
    parted.node.becomes(Way::Open);
    let asked = one.with_extension("cancelled");
    until("it is asked to stop", || asked.exists()).await;
    assert!(!other.with_extension("cancelled").exists());
    fs::write(&end, "").unwrap();
    assert!(soon(goes_on).await.unwrap());
}
