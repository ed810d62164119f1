//! The end of a pool: graceful, at once, and while calls come.

use std::time::Duration;

use tokio_offload_remote::{Config, Failure, Workers, stop_requested};

use crate::kit::{Gate, exists, remote, say, submit, wait};

fn spin(gate: &str) -> ! {
    say(gate, &std::process::id().to_string());
    loop {
        std::hint::spin_loop();
    }
}

#[tokio::test]
async fn closing_finishes_what_was_submitted() {
    static CLOSE: Workers = Config::new("close").processes(2).build();
    remote! {
        CLOSE: fn close_at(gate: String) -> () { wait(&gate) }
        CLOSE: fn close_one(number: u32) -> u32 { number }
    }
    let gate = Gate::new();
    let running = tokio::spawn(close_at(gate.path()));
    gate.reached().await;
    let mut queued: Vec<_> = (0..50).map(close_one).collect();
    for call in &mut queued[..49] {
        assert!(submit(call).await.is_pending());
    }
    let pids = CLOSE.pids();
    let closed = tokio::spawn(CLOSE.close());
    // The last one was not submitted.
    assert!(matches!(
        queued.pop().unwrap().await,
        Err(Failure::Shutdown)
    ));
    for (number, call) in queued.into_iter().enumerate() {
        assert_eq!(call.await.unwrap() as usize, number);
    }
    assert!(!closed.is_finished());
    gate.open().await;
    running.await.unwrap().unwrap();
    closed.await.unwrap();
    assert!(pids.iter().all(|pid| !exists(*pid)));
    let stats = CLOSE.stats();
    assert_eq!((stats.done, stats.refused, stats.processes), (50, 1, 0));
    // Again, and together, changes nothing.
    let _ = tokio::join!(CLOSE.close(), CLOSE.close(), CLOSE.idle());
    CLOSE.shutdown();
    assert!(matches!(CLOSE.prewarm(1).await, Err(Failure::Shutdown)));
    assert!(!CLOSE.has_room());
}

#[tokio::test]
async fn a_pool_that_was_never_used_closes() {
    static UNUSED: Workers = Workers::new("unused");
    UNUSED.idle().await;
    UNUSED.close().await;
    assert_eq!(UNUSED.stats().started, 0);
}

#[tokio::test]
async fn shutting_down_ends_calls_at_once() {
    static SHUT: Workers = Config::new("shut").processes(1).build();
    remote! {
        SHUT: fn shut_spin(gate: String) -> () { spin(&gate) }
    }
    let gate = Gate::new();
    let running = tokio::spawn(shut_spin(gate.path()));
    let pid: u32 = gate.reached().await.parse().unwrap();
    let mut waiting = [shut_spin(gate.path()), shut_spin(gate.path())];
    for call in &mut waiting {
        assert!(submit(call).await.is_pending());
    }
    // From another thread, and often.
    let threads: Vec<_> = (0..4)
        .map(|_| std::thread::spawn(|| SHUT.shutdown()))
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    for call in waiting {
        assert!(matches!(call.await, Err(Failure::Shutdown)));
    }
    assert!(matches!(running.await.unwrap(), Err(Failure::Shutdown)));
    SHUT.close().await;
    assert!(!exists(pid));
    assert!(matches!(
        shut_spin(gate.path()).await,
        Err(Failure::Shutdown)
    ));
    let stats = SHUT.stats();
    assert_eq!((stats.refused, stats.running, stats.queued), (4, 0, 0));
}

#[tokio::test]
async fn shutting_down_with_grace_lets_bodies_answer() {
    static ASKED: Workers = Config::new("asked")
        .processes(2)
        .grace(Duration::from_secs(60))
        .build();
    remote! {
        ASKED: fn asked(gate: String) -> bool {
            say(&gate, "there");
            while !stop_requested() { std::thread::yield_now() }
            true
        }
        ASKED: fn idles() -> () {}
    }
    let gate = Gate::new();
    ASKED.prewarm(2).await.unwrap();
    let running = tokio::spawn(asked(gate.path()));
    gate.reached().await;
    ASKED.shutdown();
    assert!(running.await.unwrap().unwrap());
    ASKED.close().await;
    assert_eq!((ASKED.stats().done, ASKED.stats().processes), (1, 0));
    assert!(matches!(idles().await, Err(Failure::Shutdown)));
}

#[tokio::test]
async fn calls_that_went_do_not_keep_a_pool_open() {
    static GONE: Workers = Config::new("gone").processes(1).build();
    remote! {
        GONE: fn gone_spin(gate: String) -> () { spin(&gate) }
    }
    let gate = Gate::new();
    let running = tokio::spawn(gone_spin(gate.path()));
    gate.reached().await;
    let mut waiting: Vec<_> = (0..5).map(|_| gone_spin(gate.path())).collect();
    for call in &mut waiting {
        assert!(submit(call).await.is_pending());
    }
    let closed = GONE.close();
    drop(waiting);
    running.abort();
    closed.await;
    assert_eq!((GONE.stats().cancelled, GONE.stats().processes), (6, 0));
}

/// Calls that come while the pool goes: each ends, one way or the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_ends_when_it_races_with_the_end() {
    macro_rules! rounds {
        ($($pool:ident $name:ident $end:ident;)*) => {$({
            static $pool: Workers = Config::new(stringify!($pool)).processes(2).build();
            remote! {
                $pool: fn $name(number: u32) -> u32 { number }
            }
            let calls: Vec<_> = (0..64).map(|number| tokio::spawn(async move {
                let mut done = 0;
                loop {
                    match $name(number).await {
                        Ok(same) => { assert_eq!(same, number); done += 1; }
                        Err(Failure::Shutdown) => return done,
                        Err(other) => panic!("{other:?}"),
                    }
                }
            })).collect();
            while $pool.stats().done < 100 {
                tokio::task::yield_now().await;
            }
            rounds!($end $pool);
            let mut done = 0;
            for call in calls {
                done += call.await.unwrap();
            }
            $pool.close().await;
            let stats = $pool.stats();
            assert_eq!((stats.done, stats.running, stats.processes), (done, 0, 0));
        })*};
        (close $pool:ident) => { drop($pool.close()) };
        (shutdown $pool:ident) => { $pool.shutdown() };
    }
    rounds! {
        FIRST first close;
        SECOND second shutdown;
        THIRD third close;
        FOURTH fourth shutdown;
    }
}

#[tokio::test]
async fn idle_means_that_nothing_runs() {
    static REST: Workers = Config::new("rest").processes(1).build();
    remote! {
        REST: fn rest_at(gate: String) -> () { wait(&gate) }
    }
    let gate = Gate::new();
    let running = tokio::spawn(rest_at(gate.path()));
    gate.reached().await;
    let mut idle = Box::pin(REST.idle());
    assert!(submit(&mut idle).await.is_pending());
    gate.open().await;
    idle.await;
    assert_eq!(REST.stats().running, 0);
    running.await.unwrap().unwrap();
}
