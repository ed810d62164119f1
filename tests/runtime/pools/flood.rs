//! Ten thousand calls at once: few threads, all complete, and the memory comes back.

use offload_tests::{Drops, drive, in_time, multi_thread};
use tokio_offload::Pool;

use super::kit::{Crowd, assert_passed, child, kinds};

/// F4: a flood makes no more threads than allowed, and all of it completes.
#[test]
fn a_flood_completes_on_few_threads() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(4) {
            let crowd = Crowd::hold(&pool, 4);
            let calls: Vec<_> = (0..10_000_u64)
                .map(|n| pool.run(move || n).start())
                .collect();
            let stats = pool.stats();
            assert_eq!((stats.queued, stats.threads), (10_000, 4));
            crowd.release();
            assert_eq!(calls.into_iter().map(drive).sum::<u64>(), 49_995_000);
            drive(pool.idle());
            let stats = pool.stats();
            assert_eq!((stats.done, stats.queued, stats.running), (10_004, 0, 0));
            assert!(stats.threads <= 4);
        }
    });
}

/// F4: also when the flood is dropped instead of awaited, its calls are gone at once.
#[test]
fn a_dropped_flood_leaves_nothing() {
    in_time(|| {
        let (pool, drops) = (Pool::new("flood").threads(1), Drops::default());
        let crowd = Crowd::hold(&pool, 1);
        let calls = (0..10_000).map(|_| {
            let probe = drops.probe();
            pool.run(move || drop(probe)).start()
        });
        let calls: Vec<_> = calls.collect();
        drop(calls);
        assert_eq!(drops.count(), 10_000);
        crowd.release();
        drive(pool.idle());
        assert_eq!((pool.stats().cancelled, pool.stats().done), (10_000, 1));
    });
}

/// F4: the room that a flood took in the line is given back.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn the_memory_of_a_flood_comes_back() {
    // Small blocks stay with the process and large ones are mapped on their own: what comes back is the line.
    let env = [
        ("MALLOC_MMAP_THRESHOLD_", "65536"),
        ("MALLOC_TRIM_THRESHOLD_", "1099511627776"),
    ];
    assert_passed(&child("", "pools::flood::child_that_is_flooded", &env));
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
#[ignore = "run in a process of its own"]
fn child_that_is_flooded() {
    const CALLS: usize = 100_000;
    let pool = Pool::new("flood").threads(1);
    for _ in 0..3 {
        let crowd = Crowd::hold(&pool, 1);
        // Detached, so that the line is all that holds them.
        (0..CALLS).for_each(|_| pool.run(|| ()).detach());
        let high = data();
        crowd.release();
        drive(pool.idle());
        // The line takes at least a pointer for each call.
        let line = 8 * CALLS / 1024;
        let left = data();
        assert!(high >= left + line, "{high} to {left}, {line} expected");
    }
}

/// The memory this process has for data, in kibibytes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn data() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let mut lines = status.lines();
    let size = lines.find_map(|line| line.strip_prefix("VmData:")).unwrap();
    size.trim().trim_end_matches(" kB").parse().unwrap()
}
