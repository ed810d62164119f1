//! Executors other than the default: handles of runtimes, and those of a user's own.

use std::{
    sync::{Arc, mpsc},
    thread,
};

use offload_tests::{
    Drops, Shelf, current_thread, drive, gate, in_time, multi_thread, one_slot, run_on,
};
use tokio::runtime::Handle;
use tokio_offload::{Error, Executor, Job, Offload, Pool, block_on, run};

/// One thread with a queue.
#[derive(Clone)]
struct OneThread(mpsc::Sender<Job>);

impl OneThread {
    fn spawn() -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        thread::spawn(move || queue.into_iter().for_each(Job::run));
        Self(jobs)
    }
}

impl Executor for OneThread {
    fn submit(&self, job: Job) {
        let _ = self.0.send(job);
    }
}

/// Runs each job at once.
#[derive(Clone)]
struct Here;

impl Executor for Here {
    fn submit(&self, job: Job) {
        job.run();
    }
}

/// A call through a handle runs on that runtime's threads, whoever awaits it.
#[test]
fn a_handle_is_an_executor() {
    let (home, away) = (current_thread(), multi_thread());
    let call = run_on(away.handle(), || Handle::current().id());
    assert_eq!(home.block_on(call), away.handle().id());
    // Nor must the awaiting thread be in a runtime.
    let call = run_on(away.handle(), || Handle::current().id());
    assert_eq!(drive(call), away.handle().id());
}

/// R2, S8: jobs of an executor of one's own.
#[test]
fn a_thread_of_ones_own_is_an_executor() {
    let thread = OneThread::spawn();
    let first = drive(run_on(&thread, || thread::current().id()));
    assert_ne!(first, thread::current().id());
    assert_eq!(drive(run_on(&thread, || thread::current().id())), first);
}

/// R14: an executor may run the job before `submit` returns.
#[test]
fn a_job_may_run_at_once() {
    assert_eq!(drive(run_on(&Here, || 5)), 5);
    assert_eq!(drive(run_on(&Here, || drive(run_on(&Here, || 6)))), 6);
}

/// P6: a job dropped without being run ends its call.
#[test]
fn a_dropped_job_ends_its_call() {
    let (shelf, drops) = (Shelf::default(), Drops::default());
    let probe = drops.probe();
    let call = run_on(&shelf, move || panic!("{probe:?}")).start();
    drop(shelf.take());
    assert_eq!(drops.count(), 1);
    assert!(matches!(drive(call.outcome()), Err(Error::Shutdown)));
}

/// P5: a refused job ends its call with the error it was refused with.
#[test]
fn a_refused_job_ends_its_call_with_that_error() {
    let shelf = Shelf::default();
    let call = run_on(&shelf, || 5).start();
    shelf.take().refuse(Error::Full);
    assert!(matches!(drive(call.outcome()), Err(Error::Full)));
}

/// X5, L12: a body that waits for a call elsewhere lets it run there, however long that takes.
#[test]
fn a_blocked_body_leaves_calls_to_other_executors_alone() {
    in_time(|| {
        let elsewhere = OneThread::spawn();
        let there = drive(run_on(&elsewhere, || thread::current().id()));
        let place = elsewhere.clone();
        let inner = move || run_on(&place, || thread::current().id());
        assert_eq!(call_into_a_busy_place(&elsewhere, inner), there);
    });
}

/// X5, L12: the same between two runtimes, whose handles are in their bodies.
#[test]
fn a_blocked_body_leaves_calls_to_other_runtimes_alone() {
    in_time(|| {
        let away = one_slot();
        let place = away.handle().clone();
        let inner = move || run_on(&place, || Handle::current().id());
        assert_eq!(
            call_into_a_busy_place(away.handle(), inner),
            away.handle().id()
        );
    });
}

/// L1, L8: nor does it bring a pool over its limit, though that may borrow threads of the same runtime.
#[test]
fn a_blocked_body_leaves_calls_to_a_full_shared_pool_alone() {
    static POOL: Pool = Pool::shared("one").threads(1);
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let (gate, key) = gate();
        let busy = POOL.run(move || gate.pass()).start();
        key.await_body();
        let (begin, beginning) = mpsc::channel();
        let call = run(move || {
            begin.send(()).unwrap();
            block_on(POOL.run(|| POOL.stats().running)).unwrap()
        });
        let call = call.start();
        beginning.recv().unwrap();
        let_bodies_wait();
        key.open();
        assert_eq!(drive(call), 1);
        drive(busy);
    });
}

/// S1: a closed pool takes no more calls, those of its own bodies included.
#[test]
fn a_closed_pool_refuses_calls_of_its_own_bodies() {
    in_time(|| {
        for threads in 1..=2 {
            let pool = Arc::new(Pool::new("closed").threads(threads));
            let runtime = multi_thread();
            let _entered = runtime.enter();
            let (gate, key) = gate();
            let own = Arc::clone(&pool);
            let call = pool.run(move || {
                gate.pass();
                block_on(own.run(|| ()).outcome()).unwrap()
            });
            let call = call.start();
            key.await_body();
            let closed = pool.close();
            key.open();
            let inner = drive(call);
            assert!(matches!(inner, Err(Error::Shutdown)), "{inner:?}");
            drive(closed);
        }
    });
}

/// P3, P6: what is slow to be dropped keeps its own thread, not the next call.
#[test]
fn a_slow_drop_of_a_result_holds_up_no_waiting_call() {
    struct Slow(mpsc::Receiver<()>);
    impl Drop for Slow {
        fn drop(&mut self) {
            let _ = self.0.recv();
        }
    }
    static POOL: Pool = Pool::new("slow").threads(2);
    in_time(|| {
        let ((gate_a, key_a), (gate_b, key_b)) = (gate(), gate());
        let (go, slow) = mpsc::channel();
        let dropped = POOL.run(move || {
            gate_a.pass();
            Slow(slow)
        });
        let dropped = dropped.start();
        let other = POOL.run(move || gate_b.pass()).start();
        key_a.await_body();
        key_b.await_body();
        let next = POOL.run(move || go.send(()).unwrap()).start();
        drop(dropped);
        // The thread that comes to the waiting call first has a result to drop, which waits for that call.
        key_a.open();
        key_b.open();
        drive(other);
        drive(next);
    });
}

/// What a body gets from a call into `place`, whose only thread is free again only when bodies have waited for long.
fn call_into_a_busy_place<R: Send + 'static>(
    place: &(impl Executor + Clone),
    inner: impl FnOnce() -> Offload<R> + Send + 'static,
) -> R {
    let (gate, key) = gate();
    let busy = run_on(place, move || gate.pass()).start();
    key.await_body();
    let home = multi_thread();
    let (begin, beginning) = mpsc::channel();
    let entered = home.enter();
    let call = run(move || {
        begin.send(()).unwrap();
        block_on(inner()).unwrap()
    });
    let call = call.start();
    drop(entered);
    beginning.recv().unwrap();
    let_bodies_wait();
    key.open();
    let result = drive(call);
    drive(busy);
    result
}

/// Takes twenty times as long as a body waits for other threads before it runs its own call.
fn let_bodies_wait() {
    let wait = || (0..20).for_each(|_| block_on(run(|| ())).unwrap());
    thread::spawn(move || one_slot().block_on(run(wait)))
        .join()
        .unwrap();
}

/// An `Arc` held by a call keeps its executor alive.
#[test]
fn a_call_keeps_its_executor() {
    let shelf = Shelf::default();
    let call = run_on(&shelf, || 5);
    let shelf = Arc::new(shelf);
    let call = call.start();
    shelf.take().run();
    assert_eq!(drive(call), 5);
}
