//! A body whose stack is used up has its calls run on spare threads. It gives its place to one of them at a time.

use std::{
    future::poll_fn,
    hint::black_box,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    task::Poll,
    thread,
    time::Duration,
};

use futures::future::{Either, join_all, select};
use offload_tests::{drive, gate, in_time, multi_thread};
use tokio::{sync::oneshot, time::timeout};
use tokio_offload::{Error, Executor, Job, Offload, Pool, block_on, run_on};

use super::kit::Peak;

/// Each body stays until the thread that waits for it has looked at its future often enough to begin another one.
#[derive(Default)]
struct Bodies {
    now: AtomicUsize,
    most: AtomicUsize,
    looks: AtomicUsize,
}

impl Bodies {
    fn stay(&self) {
        let now = self.now.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(now, SeqCst);
        let looks = self.looks.load(SeqCst);
        while self.looks.load(SeqCst) < looks + 10 {
            thread::yield_now();
        }
        self.now.fetch_sub(1, SeqCst);
    }

    /// Waits for the calls, and looks at them all the time.
    fn wait<R>(&self, calls: Vec<Offload<R>>) -> Vec<Result<R, Error>> {
        let look = poll_fn(|context| {
            self.looks.fetch_add(1, SeqCst);
            context.waker().wake_by_ref();
            Poll::<()>::Pending
        });
        let calls = calls.into_iter().map(|call| call.start().outcome());
        let calls = join_all(calls.collect::<Vec<_>>());
        match block_on(select(pin!(calls), look)).unwrap() {
            Either::Left((ended, _)) => ended,
            Either::Right(_) => unreachable!("it looks for ever"),
        }
    }
}

/// A pool of one thread, on whose small stack more than half is in use while `body` runs, which makes calls and waits for them.
fn deep(name: &'static str, body: impl FnOnce(&'static Pool) + Send + 'static) {
    let pool = small(name);
    in_time(move || {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        drive(pool.run(|| with_frame(|| body(pool))));
    });
}

fn small(name: &'static str) -> &'static Pool {
    let pool = Pool::new(name).threads(1).stack_size(256 * 1024);
    Box::leak(Box::new(pool.queue_capacity(1000)))
}

#[inline(never)]
pub(crate) fn with_frame(f: impl FnOnce()) {
    #[expect(clippy::large_stack_arrays, reason = "to fill a stack is the point")]
    let mut frame = [1_u8; 150_000];
    black_box(&mut frame);
    f();
    black_box(&frame);
}

/// There are more than the pool may have spare threads.
#[test]
fn the_own_calls_of_a_deep_body_run_one_at_a_time() {
    deep("deep-own", |pool| {
        let bodies = Arc::<Bodies>::default();
        let stays = |_| {
            let bodies = Arc::clone(&bodies);
            pool.run(move || bodies.stay())
        };
        let ended = bodies.wait((0..100).map(stays).collect());
        assert!(ended.iter().all(Result::is_ok), "{ended:?}");
        assert_eq!(bodies.most.load(SeqCst), 1);
    });
}

/// The calls come from the bodies of another pool, for which it waits.
#[test]
fn the_calls_that_a_deep_body_is_offered_run_one_at_a_time() {
    static OTHER: Pool = Pool::new("calls-a-deep-one").threads(4);
    deep("deep-offered", |pool| {
        let bodies = Arc::<Bodies>::default();
        let calls_back = |_| {
            let bodies = Arc::clone(&bodies);
            OTHER.run(move || block_on(pool.run(move || bodies.stay())))
        };
        let ended = bodies.wait((0..100).map(calls_back).collect());
        assert!(
            ended.iter().all(|ended| matches!(ended, Ok(Ok(())))),
            "{ended:?}"
        );
        assert_eq!(bodies.most.load(SeqCst), 1);
    });
}

/// Runs jobs where they are submitted, on the stack of the body that makes the call.
struct OnTheSpot;

impl Executor for OnTheSpot {
    fn submit(&self, job: Job) {
        job.run();
    }
}

/// Bodies that stay until all of them are told to end.
#[derive(Clone, Default)]
struct Staying {
    here: Peak,
    end: Arc<AtomicBool>,
}

impl Staying {
    fn stay(&self) {
        self.here.within(|| {
            while !self.end.load(SeqCst) {
                thread::yield_now();
            }
        });
    }
}

/// A call has the place of the body until it ends, also if the body waits for it no more. Each `wait` is one of the same body.
fn gives_up(name: &'static str, wait: fn(Box<dyn FnOnce() + Send>)) {
    deep(name, move |pool| {
        let staying = Staying::default();
        let call = move |staying: &Staying| {
            let staying = staying.clone();
            pool.run(move || staying.stay())
        };
        for _ in 0..20 {
            let staying = staying.clone();
            wait(Box::new(move || {
                let ended = block_on(timeout(Duration::from_millis(20), call(&staying)));
                assert!(ended.unwrap().is_err());
            }));
        }
        assert!(staying.here.highest() <= 1);
        staying.end.store(true, SeqCst);
        block_on(call(&staying)).unwrap();
        assert_eq!(staying.here.highest(), 1);
    });
}

#[test]
fn calls_that_a_deep_body_has_given_up_run_one_at_a_time() {
    gives_up("deep-given-up", |wait| wait());
}

/// Bodies on top of it, which have its place too.
#[test]
fn calls_that_bodies_on_a_deep_body_have_given_up_run_one_at_a_time() {
    gives_up("deep-on-the-spot", |wait| drive(run_on(&OnTheSpot, wait)));
}

/// Runs this as it is dropped.
struct AsDropped<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> Drop for AsDropped<F> {
    fn drop(&mut self) {
        self.0.take().into_iter().for_each(|f| f());
    }
}

/// Begins a call in a frame that uses up the stack, and gives it up there.
fn begin_and_give_up(pool: &'static Pool, staying: &Staying) {
    let (begun, has_begun) = oneshot::channel();
    let stays = staying.clone();
    let call = pool.run(move || {
        begun.send(()).unwrap();
        stays.stay();
    });
    with_frame(|| {
        let begins = async { matches!(select(pin!(call), has_begun).await, Either::Right(_)) };
        assert!(block_on(begins).unwrap());
    });
}

/// Waits for a call where there is stack enough to run it in place, and looks at it many times before the call that was given up may end.
fn wait_on_the_empty_stack(pool: &'static Pool, staying: &Staying) {
    let here = staying.here.clone();
    let call = pool.run(move || here.within(|| ()));
    let mut looks = 0;
    let look = poll_fn(|context| {
        looks += 1;
        if looks == 20_000 {
            staying.end.store(true, SeqCst);
        }
        thread::yield_now();
        context.waker().wake_by_ref();
        Poll::<()>::Pending
    });
    let ends = async { matches!(select(pin!(call), pin!(look)).await, Either::Left(_)) };
    assert!(block_on(ends).unwrap());
    staying.end.store(true, SeqCst);
}

/// The stack was used up only while the body waited for the first of the calls.
#[test]
fn a_call_on_the_empty_stack_waits_for_the_one_that_was_given_up_on_the_deep_one() {
    let pool = small("deep-then-empty");
    in_time(move || {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let staying = Staying::default();
        let here = staying.here.clone();
        drive(pool.run(move || {
            begin_and_give_up(pool, &staying);
            wait_on_the_empty_stack(pool, &staying);
        }));
        assert_eq!(here.highest(), 1);
    });
}

/// A body has given up one call, and nobody wants its result, whose drop waits for `another`: one call of both at a time.
fn drops_what_waits_for_another(pool: &'static Pool, another: fn(&'static Pool, &Staying)) {
    in_time(move || {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let staying = Staying::default();
        let (gate, key) = gate();
        let here = staying.clone();
        let call = pool.run(move || {
            gate.pass();
            begin_and_give_up(pool, &here);
            AsDropped(Some(move || another(pool, &here)))
        });
        let call = call.start();
        key.await_body();
        drop(call);
        key.open();
        drive(pool.idle());
        assert!(staying.end.load(SeqCst));
        assert_eq!(staying.here.highest(), 1);
    });
}

#[test]
fn so_does_a_call_of_an_unwanted_result() {
    drops_what_waits_for_another(small("deep-then-dropped"), wait_on_the_empty_stack);
}

/// A result that nobody wants is dropped by the body that gave it: what this waits for has the place of that body too.
#[test]
fn calls_that_a_deep_body_and_its_unwanted_result_have_given_up_run_one_at_a_time() {
    drops_what_waits_for_another(small("deep-unwanted"), |pool, staying| {
        let stays = staying.clone();
        let second = pool.run(move || stays.stay());
        with_frame(|| {
            let ended = block_on(timeout(Duration::from_millis(100), second));
            assert!(ended.unwrap().is_err());
        });
        staying.end.store(true, SeqCst);
    });
}
