//! Which pools and functions there are in a snapshot, and for how long.

use std::sync::Arc;

use offload_tests::{drive, gate, in_time, multi_thread};
use tokio_offload::{Offload, Pool, offload, snapshot};

use super::kit::{ends, pool};

/// Pools of one name are counted together, and live on in the counters when they are gone.
#[test]
fn pools_of_one_name_are_one() {
    in_time(|| {
        let pools = [
            Pool::new("twins").threads(2),
            Pool::shared("twins").threads(3),
        ];
        let runtime = multi_thread();
        let keys: Vec<_> = pools
            .iter()
            .map(|pool| {
                let (gate, key) = gate();
                let _runtime = runtime.enter();
                pool.run(move || gate.pass()).detach();
                key.await_body();
                key
            })
            .collect();
        let seen = pool("twins").unwrap();
        assert_eq!((seen.limit, seen.threads), (Some(5), 2));
        assert_eq!((seen.calls.started, seen.calls.running), (2, 2));
        drop(keys);
        for pool in &pools {
            drive(pool.idle());
        }
        let [one, other] = pools;
        drop(one);
        assert_eq!(pool("twins").unwrap().limit, Some(3));
        runtime.block_on(other.run(|| ()));
        drop(other);
        drop(runtime);
        let seen = pool("twins").unwrap();
        assert_eq!((seen.limit, seen.threads), (None, 0));
        assert_eq!(ends(&seen.calls), [3, 0, 0, 0, 0]);
        assert_eq!((seen.wait.count(), seen.run.count()), (3, 3));
    });
}

/// The limit is the one that holds now.
#[test]
fn a_changed_limit_is_seen() {
    for changed in [Pool::new("changed"), Pool::shared("changed")] {
        changed.set_threads(3);
        assert_eq!(pool("changed").unwrap().limit, Some(3));
        changed.set_threads(1);
        assert_eq!(pool("changed").unwrap().limit, Some(1));
    }
}

/// A pool is there from its first use on, which need not be a call; a `static` that nobody uses is not.
#[test]
fn unused_pools_are_not_in_a_snapshot() {
    let unused = Pool::new("unused");
    assert!(pool("unused").is_none());
    drop(unused.run(|| ()));
    assert_eq!(pool("unused").unwrap().calls.started, 0);
}

/// Methods of the same name in one module are two functions, told apart by their lines.
#[test]
fn methods_of_one_name_are_told_apart() {
    struct One;
    struct Other;
    impl One {
        #[offload(pool = POOL)]
        fn load() {}
    }
    impl Other {
        #[offload(pool = POOL)]
        fn load() {}
    }
    static POOL: Pool = Pool::new("methods").threads(1);
    drive(One::load());
    drive(Other::load());
    drive(Other::load());
    let mut seen = snapshot().functions;
    let name = "counters::members::load";
    seen.retain(|function| function.name == name);
    let done: Vec<_> = seen.iter().map(|function| function.calls.done).collect();
    assert_eq!(done, [1, 2]);
    assert!(seen[0].line < seen[1].line);
}

/// Functions and pools come sorted by name, and a snapshot of it all can be taken while calls run.
#[test]
fn snapshots_are_sorted() {
    in_time(|| {
        let pool = Arc::new(Pool::new("a pool that is busy").threads(2));
        let busy = Arc::clone(&pool);
        let calls = std::thread::spawn(move || {
            let calls = (0..5000).map(|_| busy.run(|| ()).start());
            calls
                .collect::<Vec<Offload<()>>>()
                .into_iter()
                .for_each(drive);
        });
        let mut started = 0;
        while !calls.is_finished() {
            let all = snapshot();
            assert!(all.functions.is_sorted_by_key(|f| (f.name.clone(), f.line)));
            assert!(all.pools.is_sorted_by_key(|pool| pool.name.clone()));
            for function in &all.functions {
                let calls = function.calls;
                let known = calls.queued + calls.running + calls.ended();
                assert!(
                    calls.started >= calls.ended() && known <= calls.started,
                    "{calls:?}"
                );
            }
            let pool = all
                .pools
                .iter()
                .find(|pool| pool.name.starts_with("a pool"));
            let now = pool.map_or(0, |pool| pool.calls.started);
            assert!(now >= started, "a counter falls");
            started = now;
        }
        calls.join().unwrap();
        drive(pool.idle());
    });
}
