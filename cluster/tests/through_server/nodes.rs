//! What happens to calls when nodes come and go, when callers die, and when the server does.

use std::{fs, path::PathBuf, time::Duration};

use rustix::process::Signal;
use tokio_offload::Error;

use crate::{
    functions::{
        AGAIN, FEW, LOOSE, PLAIN, add, add_strictly, count, echo, wait, wait_again, wait_few,
        wait_loosely,
    },
    kit::{Stage, nodes, soon, until},
};

pub(crate) struct Files {
    pub(crate) begun: PathBuf,
    pub(crate) end: PathBuf,
}

impl Files {
    pub(crate) fn of(stage: &Stage) -> Self {
        let folder = stage.server.folder();
        Self {
            begun: folder.join("begun"),
            end: folder.join("end"),
        }
    }

    fn release(&self) {
        fs::write(&self.end, "").unwrap();
    }
}

pub(crate) fn is_alive(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !status.is_empty() && !status.contains(") Z ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_node_is_killed_is_lost_at_once() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let files = Files::of(&stage);
    let mut node = stage.node("plain pool 2");
    nodes(&PLAIN, 1).await;
    let call = wait(&files.begun, &files.end).start();
    until("it has begun", || files.begun.exists()).await;
    // A caller that has just connected gives nodes time to reconnect before it counts them as lost.
    tokio::time::sleep(Duration::from_millis(100)).await;
    node.kill();
    let Err(Error::Lost(loss)) = soon(call).await else {
        panic!("it ended");
    };
    assert!(loss.function().ends_with("::wait"), "{loss}");
    assert_eq!(loss.attempts(), 1);
    assert!(!loss.node().is_empty() && !loss.host().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_may_run_again_does_so_elsewhere() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let files = Files::of(&stage);
    let before = AGAIN.stats();
    let mut first = stage.node("again pool 2");
    nodes(&AGAIN, 1).await;
    let call = wait_again(&files.begun, &files.end).start();
    until("it has begun", || files.begun.with_extension("1").exists()).await;
    let _second = stage.node("again pool 2");
    nodes(&AGAIN, 2).await;
    first.kill();
    until("it has begun again", || {
        files.begun.with_extension("2").exists()
    })
    .await;
    files.release();
    assert_eq!(soon(call).await.unwrap(), (true, Some(2)));
    let after = AGAIN.stats();
    assert_eq!((after.lost - before.lost, after.done - before.done), (1, 1));
}

/// A node stopped by a signal is silent, which takes longer to detect. When it continues, it serves again.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_does_not_answer_is_lost_and_may_come_back() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let files = Files::of(&stage);
    let node = stage.node("plain pool 2");
    nodes(&PLAIN, 1).await;
    let call = wait(&files.begun, &files.end).start();
    until("it has begun", || files.begun.exists()).await;
    node.signal(Signal::STOP);
    assert!(matches!(soon(call).await, Err(Error::Lost(_))));
    node.signal(Signal::CONT);
    assert_eq!(soon(add(2, 2)).await.unwrap(), 4);
    until("what it ran is asked to stop", || {
        files.begun.with_extension("cancelled").exists()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_to_end_finishes_what_it_has() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let log = stage.server.folder().join("log-of-bodies");
    let mut first = stage.node("plain pool 4");
    nodes(&PLAIN, 1).await;
    let calls: Vec<_> = (0..200)
        .map(|number| count(&log, number, 5).start())
        .collect();
    until("some have begun", || {
        fs::read_to_string(&log).is_ok_and(|log| log.lines().count() > 20)
    })
    .await;
    let _second = stage.node("plain workers 4");
    nodes(&PLAIN, 2).await;
    first.signal(Signal::TERM);
    assert!(soon(first.ended()).await);
    for (number, call) in (0..).zip(calls) {
        assert_eq!(soon(call).await.unwrap(), number);
    }
    assert_eq!(fs::read_to_string(&log).unwrap().lines().count(), 200);
}

/// The last node of a release ends while calls wait for it. They move to nodes of another release that have the function too.
#[tokio::test(flavor = "multi_thread")]
async fn calls_go_on_to_another_release() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let log = stage.server.folder().join("log-of-bodies");
    let mut old = stage.node("plain pool 2 count");
    nodes(&PLAIN, 1).await;
    let calls: Vec<_> = (0..60)
        .map(|number| count(&log, number, 20).start())
        .collect();
    until("some have begun", || log.exists()).await;
    let _new = stage.node("plain pool 4 count add");
    nodes(&PLAIN, 2).await;
    assert_ne!(
        PLAIN.nodes().await.unwrap()[0].release,
        PLAIN.nodes().await.unwrap()[1].release
    );
    old.signal(Signal::TERM);
    for (number, call) in (0..).zip(calls) {
        assert_eq!(soon(call).await.unwrap(), number);
    }
    assert_eq!(fs::read_to_string(&log).unwrap().lines().count(), 60);
    assert!(soon(old.ended()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_given_up_ends_where_it_runs() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let files = Files::of(&stage);
    for place in ["workers", "pool"] {
        let _node = stage.node(&format!("plain {place} 1"));
        nodes(&PLAIN, 1).await;
        let _ = fs::remove_file(&files.begun);
        let call = wait(&files.begun, &files.end).start();
        until("it has begun", || {
            fs::read_to_string(&files.begun).is_ok_and(|pid| !pid.is_empty())
        })
        .await;
        let there: u32 = fs::read_to_string(&files.begun).unwrap().parse().unwrap();
        let queued = wait(
            &files.begun.with_file_name(format!("never-{place}")),
            &files.end,
        )
        .start();
        until("the second waits", || PLAIN.stats().queued == 1).await;
        queued.cancel();
        assert!(matches!(soon(queued).await, Err(Error::Cancelled)));
        drop(call);
        if place == "workers" {
            until("its process is gone", || !is_alive(there)).await;
        } else {
            let asked = files.begun.with_extension("cancelled");
            until("it is asked", || asked.exists()).await;
        }
        // The slot is free again, and the cancelled call has not run.
        assert_eq!(soon(add(1, 1)).await.unwrap(), 2);
        assert!(
            !files
                .begun
                .with_file_name(format!("never-{place}"))
                .exists()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_let_go_goes_on_if_it_may() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let files = Files::of(&stage);
    let _node = stage.node("loose pool 1");
    nodes(&LOOSE, 1).await;
    let call = wait_loosely(&files.begun, &files.end).start();
    until("it has begun", || files.begun.exists()).await;
    drop(call);
    tokio::time::sleep(Duration::from_millis(200)).await;
    files.release();
    until("it is done", || LOOSE.stats().done == 1).await;
}

/// The stream is in memory, so the tickets are lost with the server. The callers write them again.
#[tokio::test(flavor = "multi_thread")]
async fn calls_outlive_their_server() {
    let Some(mut stage) = Stage::set().await else {
        return;
    };
    let log = stage.server.folder().join("log-of-bodies");
    let _node = stage.node("plain pool 4");
    nodes(&PLAIN, 1).await;
    let calls: Vec<_> = (0..200)
        .map(|number| count(&log, number, 10).start())
        .collect();
    until("some have begun", || {
        fs::read_to_string(&log).is_ok_and(|log| log.lines().count() > 20)
    })
    .await;
    stage.server.down();
    tokio::time::sleep(Duration::from_millis(300)).await;
    stage.server.up();
    for (number, call) in (0..).zip(calls) {
        assert_eq!(soon(call).await.unwrap(), number);
    }
    assert_eq!(fs::read_to_string(&log).unwrap().lines().count(), 200);
}

/// The server is killed while calls are held back, look for nodes, wait in the queue, send arguments, run, and send results.
#[tokio::test(flavor = "multi_thread")]
async fn calls_in_each_state_outlive_their_server() {
    let Some(mut stage) = Stage::set().await else {
        return;
    };
    let files = Files::of(&stage);
    let large = vec![7; 20 << 20];
    let _node = [stage.node("plain pool 3"), stage.node("few pool 1")];
    nodes(&PLAIN, 1).await;
    nodes(&FEW, 1).await;
    let begun = |name: &str| files.begun.with_file_name(name);
    let names = ["runs", "waits", "held", "held too"];
    let few: Vec<_> = names
        .iter()
        .map(|name| wait_few(&begun(name), &files.end).start())
        .collect();
    let runs = wait(&files.begun, &files.end).start();
    let looks = add_strictly(1, 2).start();
    until("they have begun", || {
        files.begun.exists() && begun("runs").exists()
    })
    .await;
    let large: Vec<_> = (0..2).map(|_| echo(&large).start()).collect();
    let waiting: Vec<_> = (0..20).map(|number| add(number, 1).start()).collect();
    until("the large ones are on their way", || {
        PLAIN.stats().running > 1
    })
    .await;
    stage.server.down();
    tokio::time::sleep(Duration::from_millis(300)).await;
    stage.server.up();
    let _late = stage.node("strict pool 1");
    for call in large {
        assert_eq!(soon(call).await.unwrap().len(), 20 << 20);
    }
    for (number, call) in (0..).zip(waiting) {
        assert_eq!(soon(call).await.unwrap(), number + 1);
    }
    assert_eq!(soon(looks).await.unwrap(), 3);
    files.release();
    assert!(soon(runs).await.unwrap());
    for call in few {
        assert!(soon(call).await.unwrap());
    }
}
