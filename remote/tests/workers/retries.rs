//! Calls that come to a further worker because the first one died.

use std::{path::PathBuf, time::Duration};

use rustix::process::Signal;
use tokio_offload_remote::{Config, Failure, Workers};

use crate::kit::{Gate, Left, one, remote, signal, stop, submit, until, wait};

static AGAIN: Workers = Config::new("again").processes(1).retries(1).build();
static BOTH: Workers = Config::new("both-dead").processes(2).build();
/// How long a call may wait. It never ends before that.
const LIMIT: Duration = Duration::from_millis(100);

/// Its workers do not get ready while there is a file named after their pool's process.
static STUCK: Workers = one("stuck")
    .queue_timeout(LIMIT)
    .init(|| {
        while hurdle(std::os::unix::process::parent_id()).exists() {
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    })
    .build();

fn hurdle(pool: u32) -> PathBuf {
    std::env::temp_dir().join(format!("offload-hurdle-{pool}"))
}

remote! {
    STUCK: fn stuck_pid() -> u32 { std::process::id() }
    AGAIN: fn again_at(gate: String) -> u32 { wait(&gate); std::process::id() }
    AGAIN: fn again_pid() -> u32 { std::process::id() }
    BOTH: fn both_pid() -> u32 { std::process::id() }
}

/// It was submitted before, although it found a worker at once and never stood in the queue.
#[tokio::test]
async fn a_call_that_comes_again_is_let_into_a_pool_that_closes() {
    let gate = Gate::new();
    again_pid().await.unwrap();
    let call = tokio::spawn(again_at(gate.path()));
    let first: u32 = gate.reached().await.parse().unwrap();
    let closed = AGAIN.close();
    signal(first, Signal::KILL);
    assert_ne!(gate.reached().await, first.to_string());
    gate.open().await;
    call.await.unwrap().unwrap();
    closed.await;
    let stats = AGAIN.stats();
    assert_eq!((stats.done, stats.retried, stats.refused), (2, 1, 0));
}

/// All workers of a pool may die while there is nothing to do; a call that meets one after the other still runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_call_outlives_all_workers_that_died_idle() {
    BOTH.prewarm(2).await.unwrap();
    let pids = BOTH.pids();
    for pid in &pids {
        stop(*pid);
    }
    let call = tokio::spawn(both_pid());
    // The one that got ready last is taken first, and the other one next.
    for (before, pid) in pids.iter().rev().enumerate() {
        until("a worker has the call", || BOTH.stats().running == 1);
        signal(*pid, Signal::KILL);
        until("it is taken back", || BOTH.stats().retried > before as u64);
    }
    let pid = call.await.unwrap().unwrap();
    assert!(!pids.contains(&pid));
    assert_eq!(BOTH.stats().died, 0);
}

/// Its body has not run, and it waits once more.
#[tokio::test]
async fn a_call_that_comes_back_unread_waits_no_longer_than_others() {
    STUCK.prewarm(1).await.unwrap();
    let pid = STUCK.pids()[0];
    stop(pid);
    let mut call = stuck_pid();
    assert!(submit(&mut call).await.is_pending());
    assert!(call.is_running());
    let hurdle = Left(hurdle(std::process::id()));
    std::fs::write(&hurdle.0, "").unwrap();
    signal(pid, Signal::KILL);
    let end = call.await;
    assert!(
        matches!(end, Err(Failure::QueueTimeout(limit)) if limit == LIMIT),
        "{end:?}"
    );
    assert_eq!(STUCK.stats().retried, 1);
    drop(hurdle);
    STUCK.prewarm(1).await.unwrap();
    assert_eq!(STUCK.stats().timed_out, 1);
}
