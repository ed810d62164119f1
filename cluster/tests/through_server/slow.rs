//! Programs that read slowly: the server disconnects them, and they come back. Also nodes that are far away.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use futures_util::StreamExt;
use rustix::process::{Pid, Signal, kill_process};
use tokio::task::JoinSet;

use crate::{
    callers::caller_of,
    functions::{LONELY, PLAIN, SMALL, add, repeat, wait_for_much},
    hostile::{Stranger, said},
    kit::{NodeProcess, Stage, nodes, soon, until, until_async},
    nodes::Files,
    proxy::{Proxy, Way},
};
use tokio_offload_cluster::{Connect, connect, disconnect};

impl Stage {
    fn has_disconnected(&self, times: usize) -> bool {
        self.server.log().matches("Slow Consumer Detected").count() >= times
    }
}

impl Stranger {
    /// Sends more than the server keeps for a program that does not read.
    async fn fills(&self, subject: &str) {
        for _ in 0..64 {
            self.says(subject, vec![0xff; 500_000]).await;
        }
        self.flush().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_read_too_slowly_come_back() {
    let config = "write_deadline: \"300ms\"\nmax_pending: 4MB\n";
    let Some(stage) = Stage::with(config.to_owned()).await else {
        return;
    };
    connect(Connect::url(stage.server.url())).await.unwrap();
    let files = Files::of(&stage);
    let mut node = stage.node("plain pool 2");
    nodes(&PLAIN, 1).await;
    let stranger = Stranger::at(&stage).await;
    let mut tickets = stranger.hears("offload.v1.plain.0.call.>").await;
    let mut other = caller_of(&stage);
    let (inbox, ..) = Stranger::ticket(&mut tickets).await;
    until("it has begun", || files.begun.exists()).await;

    let caller = Pid::from_child(&other);
    kill_process(caller, Signal::STOP).unwrap();
    stranger.fills(&format!("{inbox}.x")).await;
    until("the caller is disconnected", || stage.has_disconnected(1)).await;
    kill_process(caller, Signal::CONT).unwrap();
    fs::write(&files.end, "").unwrap();
    until("the call ends", || other.try_wait().unwrap().is_some()).await;
    let outcome = fs::read_to_string(stage.server.folder().join("outcome")).unwrap();
    // On a slow machine the caller may have been stopped for so long that the node has ended its body.
    assert!(
        outcome.contains("Ok(true)") || outcome.contains("Lost"),
        "{outcome}"
    );

    let own = format!(
        "offload.v1.plain.node.{}",
        PLAIN.nodes().await.unwrap()[0].id
    );
    node.signal(Signal::STOP);
    stranger.fills(&own).await;
    until("the node is disconnected", || stage.has_disconnected(2)).await;
    let call = add(1, 1).start();
    node.signal(Signal::CONT);
    assert_eq!(soon(call).await.unwrap(), 2);
    assert!(node.is_alive());
}

/// A caller behind a proxy, and a node of these bodies that is not.
async fn behind_proxy(bodies: &str) -> Option<(Stage, Proxy, NodeProcess)> {
    let stage = Stage::set().await?;
    disconnect().await;
    let proxy = Proxy::to(stage.server.port()).await;
    connect(Connect::url(proxy.url())).await.unwrap();
    let node = stage.node(bodies);
    nodes(&SMALL, 1).await;
    Some((stage, proxy, node))
}

/// Many large results at once are more than a node keeps of what nobody fetches. While the caller reads slowly, it keeps them all.
#[tokio::test(flavor = "multi_thread")]
async fn results_that_a_slow_caller_fetches_are_kept() {
    const CALLS: u32 = 24;
    let Some((stage, proxy, _node)) = behind_proxy("small none 24").await else {
        return;
    };
    let folder = stage.server.folder().to_owned();
    let size = 31 << 17;
    let calls = (0..CALLS).map(|number| wait_for_much(&folder, number, size).start());
    let calls: Vec<_> = calls.collect();
    let all =
        |what: &str| (0..CALLS).all(|number| folder.join(format!("{number}.{what}")).exists());
    until("all have begun", || all("begun")).await;
    proxy.becomes(Way::Slow);
    fs::write(folder.join("end"), "").unwrap();
    until("all have ended", || all("done")).await;
    // The node has their results a moment later.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    proxy.becomes(Way::Open);
    for call in calls {
        assert_eq!(soon(call).await.unwrap().len(), size);
    }
}

/// All nodes together request more than the way carries in many seconds. A small call that is made then needs only its own messages.
#[tokio::test(flavor = "multi_thread")]
async fn small_calls_pass_large_arguments() {
    const CALLS: usize = 24;
    let Some((_stage, proxy, _node)) = behind_proxy("small none 32").await else {
        return;
    };
    assert_eq!(soon(repeat(b"a", 1)).await.unwrap(), b"a");
    proxy.becomes(Way::Slow);
    let arrived = Arc::new(AtomicUsize::new(0));
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let (arrived, call) = (Arc::clone(&arrived), repeat(&vec![7; 480 << 10], 0).start());
        calls.spawn(async move {
            assert!(soon(call).await.unwrap().is_empty());
            arrived.fetch_add(1, Relaxed);
        });
    }
    let all = || SMALL.stats().running == CALLS as u64;
    until("the node has all of them", all).await;
    for _ in 0..2 {
        assert_eq!(soon(repeat(b"a", 1)).await.unwrap(), b"a");
    }
    let before = arrived.load(Relaxed);
    assert!(before < CALLS / 2, "behind {before}");
    while let Some(end) = calls.join_next().await {
        end.unwrap();
    }
}

/// The same for results, of which each fits into one message.
#[tokio::test(flavor = "multi_thread")]
async fn small_results_pass_large_ones() {
    const CALLS: u32 = 24;
    let Some(stage) = Stage::set().await else {
        return;
    };
    let proxy = Proxy::to(stage.server.port()).await;
    let _node = NodeProcess::start(&proxy.url(), "small none 32");
    nodes(&SMALL, 1).await;
    let folder = stage.server.folder().to_owned();
    let arrived = Arc::new(AtomicUsize::new(0));
    let mut calls = JoinSet::new();
    for number in 0..CALLS {
        let call = wait_for_much(&folder, number, 480 << 10).start();
        let arrived = Arc::clone(&arrived);
        calls.spawn(async move {
            assert_eq!(soon(call).await.unwrap().len(), 480 << 10);
            arrived.fetch_add(1, Relaxed);
        });
    }
    let all = || (0..CALLS).all(|number| folder.join(format!("{number}.begun")).exists());
    until("all have begun", all).await;
    proxy.becomes(Way::Slow);
    fs::write(folder.join("end"), "").unwrap();
    let done = || (0..CALLS).all(|number| folder.join(format!("{number}.done")).exists());
    until("all have ended", done).await;
    for _ in 0..2 {
        assert_eq!(soon(repeat(b"a", 1)).await.unwrap(), b"a");
    }
    let before = arrived.load(Relaxed);
    assert!(before < CALLS as usize / 2, "behind {before}");
    while let Some(end) = calls.join_next().await {
        end.unwrap();
    }
}

/// The answer is on its way for as long as the node waits here.
#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_are_far_away_are_listed() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let far = Stranger::at(&stage).await;
    let mut questions = far.hears("offload.v1.lonely.all").await;
    let answers = tokio::spawn(async move {
        while let Some(question) = questions.next().await {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let labels = Vec::<(String, String)>::new();
            let facts = (6_u8, "far", "host", "r", 1_u64, 0_u64, 0_u64, labels);
            far.says(&question.reply.unwrap(), said(&facts)).await;
            far.flush().await;
        }
    });
    // On a machine that stands still for seconds, an answer comes too late.
    let is_listed = async || {
        let nodes = LONELY.nodes().await.unwrap();
        nodes.iter().any(|node| node.id == "far")
    };
    until_async("it is listed", is_listed).await;
    answers.abort();
}
