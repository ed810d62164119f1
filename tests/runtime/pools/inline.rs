//! Tests of users: calls in place, and what each executor does under tokio's paused clock.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
        mpsc::{self, Receiver},
    },
    task::Poll,
    thread,
    time::Duration,
};

use offload_tests::{current_thread, drive, in_time};
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::{
    runtime::{Builder, Runtime},
    time::{Instant, sleep, timeout},
};
use tokio_offload::{
    Error, Inline, Offload, Pool, block_on, check_cancelled, is_cancelled, offload, run, run_on,
};

use super::kit::outcome;

#[offload(pool = Inline)]
fn here<T: Clone + Send + 'static>(body: fn() -> T) -> T {
    body()
}

#[offload(pool = Inline)]
fn note(log: &Arc<Mutex<Vec<u32>>>, n: u32) {
    log.lock().unwrap().push(n);
}

/// Bodies run on the thread of their caller, before `start` or the first poll returns, and need no runtime.
#[test]
fn bodies_run_in_place() {
    let me = thread::current().id();
    let call = here(|| thread::current().id()).start();
    assert!(call.is_finished());
    assert_eq!(drive(call), me);
    assert_eq!(drive(here(|| thread::current().id())), me);
    let tried = here(|| thread::current().id()).try_start().unwrap();
    assert_eq!(drive(tried), me);
    assert_eq!(current_thread().block_on(here(|| 3)), 3);
}

/// They run in the order in which they are polled or started, and lazily like any call.
#[test]
fn bodies_run_in_the_order_of_their_polls() {
    let log = Arc::default();
    let calls = [note(&log, 1), note(&log, 2), note(&log, 3)];
    assert!(log.lock().unwrap().is_empty());
    let [first, second, third] = calls;
    let third = third.start();
    drop(first);
    drive(second);
    drive(third);
    assert_eq!(*log.lock().unwrap(), [3, 2]);
}

/// P1, C7: a body is a body: its panic is carried, and it can ask.
#[test]
fn a_body_in_place_is_a_body() {
    let panicked = outcome(here::<()>(|| panic!("here")));
    assert!(matches!(panicked, Err(Error::Panicked(_))));
    let asked = drive(here(|| (is_cancelled(), check_cancelled().is_ok())));
    assert_eq!(asked, (false, true));
    assert!(matches!(check_cancelled(), Err(Error::NotInBody)));
}

/// X6: a body in place cannot wait for its own thread, and says so.
#[test]
fn a_body_in_place_cannot_wait() {
    fn ready() -> Option<u32> {
        block_on(async { 4 }).ok()
    }
    fn never() -> bool {
        matches!(
            block_on(std::future::pending::<()>()),
            Err(Error::WouldBlock)
        )
    }
    fn nested() -> Option<u32> {
        block_on(here(|| block_on(here(|| 7)).unwrap())).ok()
    }
    for runtime in [None, Some(current_thread())] {
        let _entered = runtime.as_ref().map(Runtime::enter);
        assert_eq!(drive(here(ready)), Some(4));
        assert!(drive(here(never)));
        assert_eq!(drive(here(nested)), Some(7));
    }
}

/// A runtime whose clock stands still unless everything waits for it.
fn paused() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap()
}

/// How far the paused clock of a runtime goes while a body runs until that runtime has nothing left to do but wait.
fn passes(call: impl FnOnce(Receiver<()>) -> Offload<()>) -> Duration {
    let ((open, opened), armed) = (mpsc::channel(), Arc::new(AtomicBool::new(false)));
    let mut builder = Builder::new_current_thread();
    let arm = Arc::clone(&armed);
    builder
        .enable_all()
        .start_paused(true)
        .on_thread_park(move || {
            if arm.load(SeqCst) {
                let _ = open.send(());
            }
        });
    builder.build().unwrap().block_on(async {
        let begun = Instant::now();
        let call = call(opened).start();
        let mut hour = pin!(sleep(Duration::from_secs(3600)));
        assert!(poll_fn(|cx| Poll::Ready(hour.as_mut().poll(cx).is_pending())).await);
        armed.store(true, SeqCst);
        tokio::select! { () = call => {}, () = hour => {} }
        begun.elapsed()
    })
}

/// The paused clock stands still while a body of the default executor or of a shared pool runs.
#[test]
fn the_paused_clock_waits_for_the_threads_of_its_runtime() {
    in_time(|| {
        assert_eq!(passes(|o| run(move || o.recv().unwrap())), Duration::ZERO);
        let view = Pool::shared("view").threads(1);
        let passed = passes(move |o| view.run(move || o.recv().unwrap()));
        assert_eq!(passed, Duration::ZERO);
    });
}

/// It does not know of the threads of a dedicated pool and jumps to the next timer while a body runs there.
#[test]
fn the_paused_clock_does_not_wait_for_other_threads() {
    in_time(|| {
        let (pool, (open, opened)) = (Pool::new("own").threads(1), mpsc::channel::<()>());
        paused().block_on(async {
            let begun = Instant::now();
            let call = pool.run(move || opened.recv().unwrap_err());
            let hour = Duration::from_secs(3600);
            assert!(timeout(hour, call).await.is_err());
            assert!(begun.elapsed() >= hour);
        });
        drop(open);
    });
}

/// Once the bodies have ended the clock goes on: no thread that idles holds it up.
#[test]
fn the_paused_clock_goes_on_after_a_body() {
    in_time(|| {
        paused().block_on(async {
            let view = Pool::shared("view").threads(1);
            let own = Pool::new("own").threads(1);
            for _ in 0..20 {
                let begun = Instant::now();
                run(|| ()).await;
                view.run(|| ()).await;
                own.run(|| ()).await;
                here(|| ()).await;
                sleep(Duration::from_secs(60)).await;
                assert_eq!(begun.elapsed().as_secs(), 60);
            }
        });
    });
}

/// In place, time stands still for a body, and passes by the timers alone.
#[test]
fn in_place_the_clock_moves_by_timers_alone() {
    paused().block_on(async {
        let begun = Instant::now();
        for n in 1..=3 {
            assert!(timeout(Duration::ZERO, here(|| ())).await.is_ok());
            sleep(Duration::from_secs(10)).await;
            assert_eq!(begun.elapsed(), Duration::from_secs(10 * n));
        }
    });
}

/// X6: a body that a rayon thread runs while a body in place waits on it is not in place.
#[test]
fn a_body_that_rayon_runs_meanwhile_can_wait() {
    static POOL: LazyLock<ThreadPool> =
        LazyLock::new(|| ThreadPoolBuilder::new().num_threads(1).build().unwrap());

    /// Not ready at the first poll.
    fn second_poll() -> Result<u32, Error> {
        let mut polls = 0;
        block_on(poll_fn(move |cx| {
            polls += 1;
            cx.waker().wake_by_ref();
            if polls == 1 {
                Poll::Pending
            } else {
                Poll::Ready(polls)
            }
        }))
    }

    let runtime = current_thread();
    let handle = runtime.handle().clone();
    let (in_place, between) = POOL.install(move || {
        let _entered = handle.enter();
        let between = Mutex::new(None);
        let between = Arc::new(between);
        let made = Arc::clone(&between);
        let in_place = drive(run_on(&Inline, move || {
            *made.lock().unwrap() = Some(run_on(&*POOL, second_poll).start());
            rayon::yield_now();
            second_poll().is_ok()
        }));
        (in_place, between)
    });
    let between = between.lock().unwrap().take().unwrap();
    assert!(between.is_finished());
    assert_eq!((in_place, drive(between).ok()), (false, Some(2)));
}
