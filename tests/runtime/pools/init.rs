//! What runs on each thread of a pool before its first body.

use std::{
    cell::Cell,
    error::Error as _,
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    thread,
    time::Duration,
};

use offload_tests::{Drops, drive, in_time, multi_thread};
use tokio_offload::{Error, Pool, block_on};

use super::kit::{Crowd, Told, listen, outcome};

type Boxed = Box<dyn std::error::Error + Send + Sync>;

/// X8: once for each thread, before its first body, on the thread itself.
#[test]
fn each_thread_is_set_up_once_before_its_first_body() {
    thread_local! {
        static SET_UP: Cell<u32> = const { Cell::new(0) };
    }
    in_time(|| {
        let pool = Pool::new("prepared").threads(3).init(|| {
            SET_UP.set(SET_UP.get() + 1);
            Ok(())
        });
        Crowd::hold(&pool, 3).release();
        for _ in 0..50 {
            assert_eq!(drive(pool.run(|| SET_UP.get())), 1);
        }
    });
}

/// X8: a thread that comes after an idle one has ended is set up as well, and `on_start` comes first.
#[test]
fn a_later_thread_is_set_up_as_well() {
    static TOLD: Told<&str> = Told::new();
    in_time(|| {
        let told = listen(&TOLD);
        let pool = Pool::new("later")
            .threads(1)
            .keep_alive(Duration::from_millis(1))
            .on_start(|| TOLD.get().unwrap().send("start").unwrap())
            .on_stop(|| TOLD.get().unwrap().send("stop").unwrap())
            .init(|| Ok(TOLD.get().unwrap().send("init")?));
        for _ in 0..3 {
            drive(pool.run(|| TOLD.get().unwrap().send("body").unwrap()));
            for event in ["start", "init", "body", "stop"] {
                assert_eq!(told.recv().unwrap(), event);
            }
        }
    });
}

/// X9: a failure ends what waits and what comes with an error that says why, and no further thread is tried.
#[test]
fn a_failure_ends_every_call() {
    static TRIED: AtomicUsize = AtomicUsize::new(0);
    in_time(|| {
        let pool = Pool::new("broken").threads(4).queue_capacity(0).init(|| {
            TRIED.fetch_add(1, SeqCst);
            Err("no licence".into())
        });
        let drops = Drops::default();
        let line = (0..50).map(|_| {
            let probe = drops.probe();
            pool.run(move || panic!("{probe:?}")).start()
        });
        for call in line.collect::<Vec<_>>() {
            let error = outcome(call).unwrap_err();
            assert!(matches!(error, Error::Init(_)), "{error:?}");
            assert_eq!(error.to_string(), "the pool could not set up a thread");
            assert_eq!(error.source().unwrap().to_string(), "no licence");
        }
        assert_eq!(drops.count(), 50);
        drive(pool.idle());
        let tried = TRIED.load(SeqCst);
        for _ in 0..50 {
            let late = pool.run(|| ()).try_start().expect("it is not full");
            assert!(late.is_finished());
            assert!(matches!(outcome(late), Err(Error::Init(_))));
        }
        drive(pool.close());
        assert!(matches!(outcome(pool.run(|| ())), Err(Error::Init(_))));
        // As many as were on their way when the first failed.
        assert!(tried <= 2 && TRIED.load(SeqCst) <= 2, "{tried} tries");
        assert_eq!((pool.stats().done, pool.stats().refused), (0, 101));
    });
}

/// X9: a panic is such a failure.
#[test]
fn a_panic_is_a_failure() {
    in_time(|| {
        let pool = Pool::new("panicking").threads(1).init(|| panic!("no way"));
        let error = outcome(pool.run(|| ())).unwrap_err();
        assert!(matches!(error, Error::Init(_)), "{error:?}");
        let cause = error.source().unwrap().to_string();
        assert_eq!(cause, "the offloaded body panicked: no way");
        assert!(matches!(outcome(pool.run(|| ())), Err(Error::Init(_))));
    });
}

/// X9: one of several threads fails while another is at work, whose body comes to its end.
#[test]
fn a_failure_leaves_running_bodies_to_their_end() {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    fn first_only() -> Result<(), Boxed> {
        match THREADS.fetch_add(1, SeqCst) {
            0 => Ok(()),
            n => Err(format!("{n} is too many").into()),
        }
    }
    in_time(|| {
        let pool = Pool::new("one_works").threads(2).init(first_only);
        let crowd = Crowd::hold(&pool, 1);
        let error = outcome(pool.run(|| ())).unwrap_err();
        assert_eq!(error.source().unwrap().to_string(), "1 is too many");
        assert_eq!(pool.stats().running, 1);
        crowd.release();
        assert!(matches!(outcome(pool.run(|| ())), Err(Error::Init(_))));
    });
}

/// S5: a pool that is closed while a thread is being set up is closed; what it accepted ends.
#[test]
fn closing_meets_a_thread_that_is_being_set_up() {
    static STARTING: Told<std::sync::mpsc::Sender<()>> = Told::new();
    in_time(|| {
        let starting = listen(&STARTING);
        let pool = Pool::new("closing").threads(1).init(|| {
            let (open, opened) = std::sync::mpsc::channel();
            STARTING.get().unwrap().send(open)?;
            Ok(opened.recv().or(Err("it failed"))?)
        });
        let call = pool.run(|| ()).start();
        let open = starting.recv().unwrap();
        let closed = pool.close();
        drop(open);
        assert!(matches!(outcome(call), Err(Error::Init(_))));
        drive(closed);
        assert!(matches!(outcome(pool.run(|| ())), Err(Error::Shutdown)));
        thread::yield_now();
    });
}

/// X9: a spare thread that cannot be set up is such a failure: its call is told, and no body runs there.
#[test]
fn a_spare_thread_that_cannot_be_set_up_closes_the_pool() {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    static NESTED: Pool =
        Pool::new("spare-fails")
            .threads(1)
            .init(|| match THREADS.fetch_add(1, SeqCst) {
                0 => Ok(()),
                n => Err(format!("{n} is too many").into()),
            });
    in_time(|| {
        let call = NESTED.run(|| {
            let behind = async { tokio::spawn(NESTED.run(|| ()).outcome()).await.unwrap() };
            block_on(behind)
        });
        // The pool is shut down, and a body that waits is told of that, unless its call was told first.
        let error = match multi_thread().block_on(call) {
            Ok(ended) => ended.unwrap_err(),
            Err(error) => error,
        };
        assert!(
            matches!(error, Error::Init(_) | Error::Shutdown),
            "{error:?}"
        );
        // The body may have been told before the pool is closed, which comes before the spare thread's call ends.
        drive(NESTED.idle());
        let late = outcome(NESTED.run(|| ())).unwrap_err();
        assert_eq!(late.source().unwrap().to_string(), "1 is too many");
        // A runtime that has gone meanwhile has dropped the first one.
        let stats = NESTED.stats();
        assert_eq!((stats.done, stats.refused + stats.cancelled), (1, 2));
    });
}
