//! Each way in which a call fails, by its error.

use std::time::Duration;

use tokio_offload::Error;
use tokio_offload_cluster::{Connect, connect, disconnect};

use crate::{
    functions::{
        AGAIN, Endless, HASTY, LATE, LIMIT, LONELY, NARROW, QUEUE_LIMIT, SMALL, add, crash,
        crash_again, echo, endless, lonely, other_lonely, panics, repeat, wait_hastily, wait_late,
        wait_narrowly,
    },
    kit::{Stage, nodes, soon, until},
    streams::is_empty,
};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_connection_a_call_says_what_to_do() {
    let Some(_stage) = Stage::set().await else {
        return;
    };
    disconnect().await;
    let Err(Error::Unreachable(text)) = add(1, 2).await else {
        panic!("it ran");
    };
    assert!(text.contains("connect"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_connects_once() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let again = connect(Connect::url(stage.server.url())).await;
    assert!(again.unwrap_err().to_string().contains("already"));
    // `connect` waits for an unreachable server. A dropped wait leaves no state behind.
    disconnect().await;
    let nowhere = connect(Connect::url("nats://127.0.0.1:1"));
    assert!(
        tokio::time::timeout(Duration::from_millis(300), nowhere)
            .await
            .is_err()
    );
    connect(Connect::url(stage.server.url())).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_nodes_a_call_waits_for_one_and_says_so() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    assert!(matches!(soon(lonely()).await, Err(Error::NoNodes(_))));
    let call = lonely().start();
    let _node = stage.node("lonely pool 1");
    // The node has three seconds to start. Otherwise the call fails with `NoNodes` again.
    assert!(matches!(soon(call).await, Ok(1) | Err(Error::NoNodes(_))));
    nodes(&LONELY, 1).await;
    assert_eq!(soon(lonely()).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_without_the_function_are_a_mismatch() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let old = stage.node("lonely pool 1");
    nodes(&LONELY, 1).await;
    assert_eq!(soon(other_lonely()).await.unwrap(), 2);
    drop(old);
    let _node = stage.node("lonely pool 1 lonely");
    nodes(&LONELY, 1).await;
    assert_eq!(soon(lonely()).await.unwrap(), 1);
    // No node has the function that only the old release had.
    let Err(Error::Mismatch(text)) = soon(other_lonely()).await else {
        panic!("it ran");
    };
    assert!(text.contains("other_lonely"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_body_does_to_its_worker_is_known_by_name() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let _node = stage.node("plain workers 2");
    let Err(Error::WorkerDied(exit)) = soon(crash()).await else {
        panic!("it lived");
    };
    assert_eq!(exit.signal(), Some(6));
    assert!(exit.function().ends_with("::crash"));
    let Err(Error::Panicked(panic)) = soon(panics()).await else {
        panic!("no panic");
    };
    assert_eq!(panic.message().as_deref(), Some("not today"));
    assert!(panic.location().unwrap().contains("functions.rs"));
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_on_a_thread_of_a_node_has_its_place() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let _node = stage.node("plain pool 2");
    let Err(Error::Panicked(panic)) = soon(panics()).await else {
        panic!("no panic");
    };
    assert!(panic.location().unwrap().contains("functions.rs"));
}

/// The call is given to a node as often as declared, and then fails with `WorkerDied`.
#[tokio::test(flavor = "multi_thread")]
async fn a_poison_call_ends() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let _node = stage.node("again workers 2");
    let before = AGAIN.stats().retried;
    let log = stage.server.folder().join("poison");
    let Err(Error::WorkerDied(exit)) = soon(crash_again(&log)).await else {
        panic!("it lived");
    };
    assert_eq!(exit.attempts(), 3);
    let lines = std::fs::read_to_string(&log).unwrap();
    let attempts: Vec<_> = lines
        .lines()
        .filter_map(|line| line.split(' ').nth(1))
        .collect();
    assert_eq!(attempts, ["1", "2", "3"]);
    assert_eq!(AGAIN.stats().retried - before, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_of_time_are_kept() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let folder = stage.server.folder().to_owned();
    for place in ["workers", "pool"] {
        let _node = stage.node(&format!("hasty {place} 1"));
        nodes(&HASTY, 1).await;
        let (begun, end) = (folder.join(format!("begun-{place}")), folder.join("never"));
        let first = wait_hastily(&begun, &end).start();
        until("it has begun", || begun.exists()).await;
        let Err(Error::TimedOut(limit)) = soon(first).await else {
            panic!("it ended");
        };
        assert_eq!(limit, LIMIT);
        if place == "pool" {
            until("it is asked to stop", || {
                begun.with_extension("cancelled").exists()
            })
            .await;
        }
    }
    nodes(&HASTY, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_waits_too_long_never_runs() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let folder = stage.server.folder().to_owned();
    let end = folder.join("end");
    let _node = stage.node("late pool 1");
    nodes(&LATE, 1).await;
    // Bodies that ignore `is_cancelled` would keep the slot. These stop, so each occupies it for three seconds.
    let calls: Vec<_> = (0..6)
        .map(|number| wait_late(&folder.join(format!("q{number}")), &end).start())
        .collect();
    let mut late = 0;
    for call in calls {
        match soon(call).await {
            Err(Error::TimedOut(_)) => {}
            Err(Error::QueueTimedOut(limit)) => {
                assert_eq!(limit, QUEUE_LIMIT);
                late += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(late >= 2, "{late}");
    let begun = (0..6).filter(|number| folder.join(format!("q{number}")).exists());
    assert_eq!(begun.count(), 6 - late);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_refuses() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let folder = stage.server.folder().to_owned();
    let _node = stage.node("narrow pool 1");
    nodes(&NARROW, 1).await;
    let end = folder.join("end");
    let first = wait_narrowly(&folder.join("n0"), &end).start();
    until("the first has begun", || folder.join("n0").exists()).await;
    // The server learns soon after that the first call does not wait any more.
    is_empty(&NARROW).await;
    let before = NARROW.stats();
    let calls: Vec<_> = (1..6)
        .map(|number| wait_narrowly(&folder.join(format!("n{number}")), &end).start())
        .collect();
    until("three are refused", || {
        NARROW.stats().refused == before.refused + 3
    })
    .await;
    assert_eq!(NARROW.depth().await.unwrap(), 2);
    std::fs::write(&end, "").unwrap();
    assert!(soon(first).await.unwrap());
    let mut full = 0;
    for call in calls {
        match soon(call).await {
            Ok(true) => {}
            Err(Error::Full) => full += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(full, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_refused_both_ways() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let _node = stage.node("small pool 2");
    let before = SMALL.stats().done;
    let large = vec![7; (4 << 20) + 1];
    let Err(Error::TooLarge { bytes, limit }) = soon(repeat(&large, 1)).await else {
        panic!("it ran");
    };
    assert!(bytes > limit && limit == 4 << 20);
    let Err(Error::TooLarge { bytes, limit }) = soon(repeat(&large[..1 << 20], 5)).await else {
        panic!("it came");
    };
    assert!(bytes > limit && limit == 4 << 20);
    let back = soon(repeat(&large[..1 << 20], 3)).await.unwrap();
    assert_eq!(back, &large[..3 << 20]);
    assert_eq!(SMALL.stats().done, before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_end_is_refused_both_ways() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    for place in ["pool", "workers"] {
        let _node = stage.node(&format!("small {place} 2"));
        for (given, back) in [(true, false), (false, true)] {
            match soon(endless(Endless(given), back)).await {
                Err(Error::TooLarge { bytes, limit }) => {
                    assert!(bytes > limit && limit == 4 << 20, "{bytes} of {limit}");
                }
                ended => panic!("{place}, {given} and {back}: {:?}", ended.map(drop)),
            }
        }
        assert!(!soon(endless(Endless(false), false)).await.unwrap().0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn large_values_cross_in_parts() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    for place in ["pool", "workers"] {
        let _node = stage.node(&format!("plain {place} 2"));
        let bytes: Vec<_> = (0..9_000_000_u32)
            .map(|number| number.to_le_bytes()[1])
            .collect();
        let back = soon(echo(&bytes)).await.unwrap();
        assert!(back == bytes);
    }
}
