//! Callers in separate processes, and what happens to their calls when they die.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use futures_util::{FutureExt, StreamExt};
use rustix::process::{Pid, Signal, kill_process};

use crate::{
    functions::{PLAIN, add, count, wait},
    hostile::Stranger,
    kit::{Stage, nodes, soon, until, until_async},
    nodes::{Files, is_alive},
};

/// Set in processes that are callers of a test.
pub(crate) const CALLER: &str = "OFFLOAD_TEST_CALLER";

/// Set in callers that make calls until they are killed.
const CALLS_MANY: &str = "OFFLOAD_TEST_CALLS_MANY";

async fn calls_many(folder: &Path) {
    let log = folder.join("log-of-bodies");
    loop {
        let calls: Vec<_> = (0..8)
            .map(|number| count(&log, number, 20).start())
            .collect();
        for call in calls {
            let _ = call.await;
        }
    }
}

/// Starts a caller that makes calls until it is killed.
pub(crate) fn busy_caller(stage: &Stage) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "callers::caller"])
        .env("NATS_URL", stage.server.url())
        .env(CALLER, stage.server.folder())
        .env(CALLS_MANY, "")
        .stdout(Stdio::null());
    command.spawn().unwrap()
}

/// Starts a caller that makes one call, which waits, and writes its outcome into a file.
pub(crate) fn caller_of(stage: &Stage) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "callers::caller"])
        .env("NATS_URL", stage.server.url())
        .env(CALLER, stage.server.folder())
        .stdout(Stdio::null());
    command.spawn().unwrap()
}

/// A caller in a separate process, which runs this binary again.
#[test]
fn caller() {
    let Ok(folder) = std::env::var(CALLER) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let folder = PathBuf::from(folder);
    runtime.block_on(async {
        let to = tokio_offload_cluster::Connect::from_env();
        tokio_offload_cluster::connect(to).await.unwrap();
        if std::env::var_os(CALLS_MANY).is_some() {
            return calls_many(&folder).await;
        }
        let end = wait(&folder.join("begun"), &folder.join("end")).await;
        fs::write(folder.join("outcome"), format!("{end:?}")).unwrap();
    });
}

/// A call is not a durable job: it ends with its caller.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_ends_with_its_caller() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let files = Files::of(&stage);
    let _node = stage.node("plain workers 1");
    nodes(&PLAIN, 1).await;
    let mut other = caller_of(&stage);
    until("it has begun", || {
        fs::read_to_string(&files.begun).is_ok_and(|pid| !pid.is_empty())
    })
    .await;
    let there: u32 = fs::read_to_string(&files.begun).unwrap().parse().unwrap();
    other.kill().unwrap();
    other.wait().unwrap();
    until("its process is gone", || !is_alive(there)).await;
    assert_eq!(soon(add(1, 1)).await.unwrap(), 2);
}

/// On a pool it is asked to stop. The slot is free afterwards, and the result goes nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_on_a_pool_is_asked_to_stop_when_its_caller_dies() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let files = Files::of(&stage);
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let watcher = async_nats::connect(stage.server.url()).await.unwrap();
    let mut results = watcher.subscribe("_INBOX.*.r.>").await.unwrap();
    watcher.flush().await.unwrap();
    let mut other = caller_of(&stage);
    until("it has begun", || files.begun.exists()).await;
    other.kill().unwrap();
    other.wait().unwrap();
    let asked = files.begun.with_extension("cancelled");
    until("it is asked to stop", || asked.exists()).await;
    // The only slot. The result of this call is the first that anybody is sent.
    assert_eq!(soon(add(1, 1)).await.unwrap(), 2);
    let busy = async || PLAIN.nodes().await.unwrap()[0].busy;
    until_async("nothing runs", async || busy().await == 0).await;
    assert_eq!(PLAIN.nodes().await.unwrap()[0].done, 2);
    assert!(soon(results.next()).await.is_some());
    assert!(results.next().now_or_never().is_none());
}

/// The node counts a caller that is stopped as dead, and ends its body. When the caller continues, it learns that the call is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_was_stopped_for_too_long_has_lost_its_call() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let files = Files::of(&stage);
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let mut other = caller_of(&stage);
    until("it has begun", || files.begun.exists()).await;
    let pid = Pid::from_child(&other);
    kill_process(pid, Signal::STOP).unwrap();
    let asked = files.begun.with_extension("cancelled");
    until("it is asked to stop", || asked.exists()).await;
    kill_process(pid, Signal::CONT).unwrap();
    until("it ends", || other.try_wait().unwrap().is_some()).await;
    let outcome = fs::read_to_string(stage.server.folder().join("outcome")).unwrap();
    assert!(outcome.contains("Lost"), "{outcome}");
    assert_eq!(soon(add(1, 1)).await.unwrap(), 2);
}

/// The queue has two tickets of one call, as when the server's answer to the first was lost. The node claims the second when it has
/// ended the body, because the caller was stopped. The caller grants it the start that it had before, which must not begin again.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_was_ended_does_not_begin_again() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let files = Files::of(&stage);
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let stranger = Stranger::at(&stage).await;
    let mut tickets = stranger.hears("offload.v1.plain.0.call.>").await;
    let mut other = caller_of(&stage);
    let ticket = soon(tickets.next()).await.unwrap();
    until("it has begun", || files.begun.exists()).await;
    let inbox = Stranger::inbox_in(&ticket);
    let mut claims = stranger.hears(&format!("{inbox}.c.plain")).await;
    stranger
        .says(&ticket.subject, ticket.payload.to_vec())
        .await;
    stranger.flush().await;
    let pid = Pid::from_child(&other);
    kill_process(pid, Signal::STOP).unwrap();
    soon(claims.next()).await.unwrap();
    kill_process(pid, Signal::CONT).unwrap();
    let starts = || fs::read_to_string(files.begun.with_extension("starts")).unwrap();
    let (single, ended) = (|| starts().lines().count() == 1, &mut other);
    until("it ends", || {
        !single() || ended.try_wait().unwrap().is_some()
    })
    .await;
    assert!(single(), "{}", starts());
    let outcome = fs::read_to_string(stage.server.folder().join("outcome")).unwrap();
    assert!(outcome.contains("Lost"), "{outcome}");
}

/// A caller that is stopped answers no claim, but its ticket stays in the queue: when it goes on, its call does so too. A ticket before
/// it makes sure that the caller cannot tell from the numbers of the queue that its own is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_was_not_answered_for_stays_in_the_queue() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let files = Files::of(&stage);
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let stranger = Stranger::at(&stage).await;
    stranger
        .says("offload.v1.plain.0.call.nobody.x", vec![1])
        .await;
    let first = stage.server.folder().join("first");
    let before = wait(&first, &first.with_extension("end")).start();
    until("the slot is occupied", || first.exists()).await;
    let mut tickets = stranger.hears("offload.v1.plain.0.call.>").await;
    let mut other = caller_of(&stage);
    let inbox = Stranger::inbox_in(&soon(tickets.next()).await.unwrap());
    let waiting = async |count| PLAIN.depth().await.is_ok_and(|depth| depth == count);
    until_async("it is queued", async || waiting(2).await).await;
    let mut claims = stranger.hears(&format!("{inbox}.c.plain")).await;
    let pid = Pid::from_child(&other);
    kill_process(pid, Signal::STOP).unwrap();
    fs::write(first.with_extension("end"), "").unwrap();
    assert!(soon(before).await.unwrap());
    // A claim is repeated ten times, and then the node gives it up.
    for _ in 0..12 {
        soon(claims.next()).await.unwrap();
    }
    assert!(waiting(2).await);
    kill_process(pid, Signal::CONT).unwrap();
    until("it has begun", || files.begun.exists()).await;
    fs::write(&files.end, "").unwrap();
    until("it ends", || other.try_wait().unwrap().is_some()).await;
    let outcome = fs::read_to_string(stage.server.folder().join("outcome")).unwrap();
    assert!(outcome.contains("Ok(true)"), "{outcome}");
}

/// A machine that sleeps stops both sides. Neither counts the other as gone when it wakes up.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_survives_that_both_sides_were_stopped() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let files = Files::of(&stage);
    let node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let mut other = caller_of(&stage);
    until("it has begun", || files.begun.exists()).await;
    let caller = Pid::from_child(&other);
    kill_process(caller, Signal::STOP).unwrap();
    node.signal(Signal::STOP);
    // Longer than each may be silent.
    tokio::time::sleep(Duration::from_secs(6)).await;
    node.signal(Signal::CONT);
    kill_process(caller, Signal::CONT).unwrap();
    let busy = async || {
        PLAIN
            .nodes()
            .await
            .is_ok_and(|nodes| nodes.len() == 1 && nodes[0].busy == 1)
    };
    until_async("the node is back", busy).await;
    // The node has looked at its callers ten times.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!files.begun.with_extension("cancelled").exists());
    fs::write(&files.end, "").unwrap();
    until("it ends", || other.try_wait().unwrap().is_some()).await;
    let outcome = fs::read_to_string(stage.server.folder().join("outcome")).unwrap();
    assert!(outcome.contains("Ok(true)"), "{outcome}");
}
