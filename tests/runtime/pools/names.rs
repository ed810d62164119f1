//! The threads of a dedicated pool: their names, their stacks, their hooks, and how long they stay.

use std::{
    collections::HashSet,
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::Duration,
};

use offload_tests::{drive, in_time};
use tokio_offload::Pool;

use super::kit::{Crowd, Told, listen};

fn name() -> String {
    thread::current().name().unwrap().to_owned()
}

/// The names of the threads of a pool, all of which are made to work at once.
fn names(pool: &Pool, count: usize) -> Vec<String> {
    let met = Arc::new(Barrier::new(count));
    let calls = (0..count).map(|_| {
        let met = Arc::clone(&met);
        let body = move || {
            met.wait();
            name()
        };
        pool.run(body).start()
    });
    let calls: Vec<_> = calls.collect();
    let mut names: Vec<_> = calls.into_iter().map(drive).collect();
    names.sort();
    names
}

/// Threads are called after their pool, and numbered.
#[test]
fn threads_bear_the_name_of_their_pool() {
    in_time(|| {
        let pool = Pool::new("images").threads(3);
        assert_eq!(names(&pool, 3), ["images-0", "images-1", "images-2"]);
        assert_eq!((pool.name(), pool.stats().threads), ("images", 3));
    });
}

/// No two living threads share a name, also in a pool that has grown.
#[test]
fn threads_of_a_grown_pool_have_names_of_their_own() {
    in_time(|| {
        let pool = Pool::new("grown").threads(1);
        let crowd = Crowd::hold(&pool, 1);
        pool.set_threads(3);
        let others: HashSet<_> = names(&pool, 2).into_iter().collect();
        assert_eq!(others.len(), 2);
        assert!(!others.contains("grown-0"), "{others:?}");
        crowd.release();
    });
}

/// X7: names that no operating system has room for, or that are not ASCII, do no harm.
#[test]
fn long_and_foreign_names_are_safe() {
    in_time(|| {
        let long = Pool::new("a_name_that_is_far_too_long_for_any_operating_system");
        let long = long.threads(1);
        assert_eq!(
            drive(long.run(name)),
            "a_name_that_is_far_too_long_for_any_operating_system-0"
        );
        // Cut after fifteen bytes this would end in the midst of a letter.
        let foreign = Pool::new("Größenänderungen").threads(1);
        assert_eq!(drive(foreign.run(name)), "Größenänderungen-0");
    });
}

/// Nothing starts before the first call.
#[test]
fn an_unused_pool_has_no_thread() {
    in_time(|| {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let pool = Pool::new("unused").on_start(|| {
            STARTED.fetch_add(1, SeqCst);
        });
        drop(pool.run(|| ()));
        drive(pool.idle());
        assert_eq!((pool.stats().threads, STARTED.load(SeqCst)), (0, 0));
        drive(pool.run(|| ()));
        assert_eq!(STARTED.load(SeqCst), 1);
    });
}

/// The hooks run on each thread, once, around everything else; their panics are no matter.
#[test]
fn hooks_run_once_on_each_thread() {
    static TOLD: Told<(&str, String)> = Told::new();
    in_time(|| {
        let told = listen(&TOLD);
        let pool = Pool::new("hooked")
            .threads(1)
            .keep_alive(Duration::from_millis(1))
            .on_start(|| {
                TOLD.get().unwrap().send(("start", name())).unwrap();
                panic!("at the start");
            })
            .on_stop(|| {
                TOLD.get().unwrap().send(("stop", name())).unwrap();
                panic!("at the end");
            });
        for n in 0..3 {
            let name = format!("hooked-{n}");
            assert_eq!(drive(pool.run(self::name)), name);
            assert_eq!(told.recv().unwrap(), ("start", name.clone()));
            assert_eq!(told.recv().unwrap(), ("stop", name));
        }
    });
}

/// L10: idle threads end after their time, and the next call starts one.
#[test]
fn idle_threads_end() {
    static STOPPED: Told<()> = Told::new();
    in_time(|| {
        let stopped = listen(&STOPPED);
        let pool = Pool::new("brief")
            .threads(4)
            .keep_alive(Duration::from_millis(1))
            .on_stop(|| STOPPED.get().unwrap().send(()).unwrap());
        Crowd::hold(&pool, 4).release();
        (0..4).for_each(|_| stopped.recv().unwrap());
        assert_eq!(drive(pool.run(|| 1)), 1);
        stopped.recv().unwrap();
        while pool.stats().threads > 0 {
            thread::yield_now();
        }
    });
}

/// S10: the threads of a closed pool end as well.
#[test]
fn the_threads_of_a_closed_pool_end() {
    static STOPPED: Told<()> = Told::new();
    in_time(|| {
        let stopped = listen(&STOPPED);
        let pool = Pool::new("closed")
            .threads(1)
            .keep_alive(Duration::from_millis(1))
            .on_stop(|| STOPPED.get().unwrap().send(()).unwrap());
        drive(pool.run(|| ()));
        drive(pool.close());
        stopped.recv().unwrap();
    });
}

/// A stack of the size that was asked for: this much recursion is the end of any other thread.
#[test]
fn stacks_are_as_large_as_asked_for() {
    #[expect(clippy::large_stack_arrays, reason = "to fill a stack is the point")]
    fn dive(depth: usize) -> usize {
        let page = std::hint::black_box([depth; 8192]);
        if depth == 0 {
            return page[0];
        }
        dive(depth - 1) + std::hint::black_box(page)[1] / depth
    }
    in_time(|| {
        let pool = Pool::new("deep").threads(1).stack_size(256 << 20);
        assert_eq!(drive(pool.run(|| dive(1000))), 1000);
    });
}

/// Each thread of a pool is a thread of its own: not the caller's, not another pool's.
#[test]
fn pools_share_no_threads() {
    in_time(|| {
        let (tell, told) = mpsc::channel();
        for name in ["a", "b"] {
            let pool = Pool::new(name).threads(1);
            tell.send(drive(pool.run(|| thread::current().id())))
                .unwrap();
        }
        drop(tell);
        let mut ids: HashSet<_> = told.into_iter().collect();
        ids.insert(thread::current().id());
        assert_eq!(ids.len(), 3);
    });
}

/// The text for people who look at a pool.
#[test]
fn a_pool_describes_itself() {
    let pool = Pool::new("shown").threads(2);
    assert_eq!(
        format!("{pool:?}"),
        r#"Pool { name: "shown", threads: Some(2), stats: None }"#
    );
    assert_eq!(pool.stats(), tokio_offload::Stats::default());
    let shown = format!("{pool:?}");
    assert!(shown.contains("stats: Some(Stats { queued: 0"), "{shown}");
}
