//! Calls that a body made and does not wait for now: they never run on its thread, where something may be held that they want.

use std::{
    future::pending,
    sync::{
        Arc, LazyLock, Mutex,
        mpsc::{self, Receiver},
    },
    thread::{self, ThreadId},
    time::Duration,
};

use offload_tests::{in_time, multi_thread};
use tokio::{runtime::Runtime, select, sync::oneshot, task::yield_now, time::sleep};
use tokio_offload::{Error, Offload, Pool, block_on, check_cancelled, run, run_on};

use super::block_on::{narrow, narrow_rayon};

/// Longer than a body waits for another thread to take a call that it may run itself. A slow machine only makes it longer.
const LONG: Duration = Duration::from_millis(200);

/// Runs a test on a thread of a runtime, in time.
pub(crate) fn in_runtime(runtime: fn() -> Runtime, test: impl FnOnce(&Runtime) + Send + 'static) {
    in_time(move || {
        let runtime = runtime();
        let _entered = runtime.enter();
        test(&runtime);
    });
}

/// Something that a body holds while it waits.
type Held = Arc<Mutex<()>>;

/// What a call is that needs it: whether it was free.
fn needs(held: &Held) -> impl FnOnce() -> bool + Send + use<> {
    let held = Arc::clone(held);
    move || held.try_lock().is_ok()
}

/// Waits with that in its hands.
fn hold(held: &Held) {
    let guard = held.lock().unwrap();
    block_on(sleep(LONG)).unwrap();
    drop(guard);
}

/// Where a call may run, with one thread.
type Place = fn(Box<dyn FnOnce() -> bool + Send>) -> Offload<bool>;

/// M4: a body that waits runs nothing on its thread that it does not wait for, nor does a call count as waited for that was only started.
#[test]
fn a_call_that_was_started_before_does_not_run_in_the_next_block_on() {
    static ONE: Pool = Pool::new("unawaited").threads(1);
    static VIEW: Pool = Pool::shared("unawaited-view").threads(1);
    static RAYON: LazyLock<&rayon::ThreadPool> = LazyLock::new(narrow_rayon);
    let places: [Place; 4] = [
        |body| ONE.run(body),
        |body| VIEW.run(body),
        |body| run(body),
        |body| run_on(*RAYON, body),
    ];
    for place in places {
        in_runtime(narrow, move |runtime| {
            let held = Held::default();
            let body = move || {
                let call = place(Box::new(needs(&held))).start();
                hold(&held);
                block_on(call).unwrap()
            };
            assert!(runtime.block_on(place(Box::new(body))));
        });
    }
}

/// M4: the same where the outer `block_on` waits for the call, and code inside of it for something else.
#[test]
fn a_call_of_the_outer_block_on_does_not_run_in_the_inner_one() {
    static ONE: Pool = Pool::new("unawaited-inner").threads(1);
    for is_polled in [false, true] {
        in_runtime(multi_thread, move |runtime| {
            let held = Held::default();
            let body = move || {
                let future = async {
                    let mut call = ONE.run(needs(&held)).start();
                    if is_polled {
                        poll_once(&mut call).await;
                    }
                    hold(&held);
                    call.await
                };
                block_on(future).unwrap()
            };
            assert!(runtime.block_on(ONE.run(body)));
        });
    }
}

/// M4: a body of another pool has made a call of this pool, and nobody here waits for it.
#[test]
fn a_call_is_not_run_by_who_waits_for_a_body_that_does_not_wait_for_it() {
    static ONE: Pool = Pool::new("unawaited-here").threads(1);
    static OTHER: Pool = Pool::new("unawaited-there").threads(1);
    in_runtime(multi_thread, |runtime| {
        let held = Held::default();
        let body = move || {
            let guard = held.lock().unwrap();
            let wanted = needs(&held);
            let there = OTHER.run(move || {
                let made = async {
                    let call = ONE.run(wanted).start();
                    sleep(LONG).await;
                    // In a tuple: it is not awaited here.
                    (call,)
                };
                block_on(made).unwrap()
            });
            let (call,) = block_on(there).unwrap();
            drop(guard);
            block_on(call).unwrap()
        };
        assert!(runtime.block_on(ONE.run(body)));
    });
}

/// M4: the same where the body of the other pool waits for it, and nobody waits for that body yet.
#[test]
#[expect(clippy::await_holding_lock, reason = "that is what is tested")]
fn a_call_is_not_run_by_who_only_started_the_body_that_waits_for_it() {
    static ONE: Pool = Pool::new("unawaited-behind").threads(1);
    static OTHER: Pool = Pool::new("unawaited-between").threads(1);
    in_runtime(multi_thread, |runtime| {
        let held = Held::default();
        let body = move || {
            let future = async {
                let wanted = needs(&held);
                let behind = OTHER.run(move || block_on(ONE.run(wanted)).unwrap());
                let behind = behind.start();
                let guard = held.lock().unwrap();
                sleep(LONG).await;
                drop(guard);
                behind.await
            };
            block_on(future).unwrap()
        };
        assert!(runtime.block_on(ONE.run(body)));
    });
}

/// As after a `select!` that another branch has won.
#[test]
fn a_call_that_was_polled_and_kept_runs_on_the_thread_of_its_body() {
    static ONE: Pool = Pool::new("unawaited-kept").threads(1);
    in_runtime(multi_thread, |runtime| {
        let body = move || {
            let (tell, told) = oneshot::channel();
            let future = async {
                let mut call = ONE.run(move || tell.send(thread::current().id())).start();
                poll_once(&mut call).await;
                let there = told.await.unwrap();
                drop(call);
                there
            };
            (thread::current().id(), block_on(future).unwrap())
        };
        let (here, there) = runtime.block_on(ONE.run(body));
        assert_eq!(here, there);
    });
}

/// What a call does that tells where it runs, and whether it is asked to stop within a while.
fn tells(begun: &mpsc::Sender<ThreadId>) -> Result<(), Error> {
    begun.send(thread::current().id()).unwrap();
    thread::sleep(LONG);
    check_cancelled()
}

/// Polls a call once, which does not end by that.
async fn poll_once<R>(call: &mut Offload<R>) {
    select! {
        biased;
        _ = call => unreachable!("no thread is free"),
        () = yield_now() => {}
    }
}

/// A body that gives a call of its own to another task and goes on to wait when that has polled the call.
fn gives_away(
    call: Offload<Result<(), Error>>,
    give: oneshot::Sender<Offload<Result<(), Error>>>,
    polled: &Receiver<()>,
    polls_too: bool,
) -> (ThreadId, Result<(), Error>) {
    let future = async {
        let mut call = call.start();
        if polls_too {
            poll_once(&mut call).await;
        }
        let _ = give.send(call);
        polled.recv().unwrap();
        pending::<()>().await;
    };
    (thread::current().id(), block_on(future))
}

/// C7: who cancels a body does not cancel a call of it for which another task waits.
#[test]
fn a_call_for_which_another_task_waits_does_not_run_in_its_body() {
    static ONE: Pool = Pool::new("unawaited-task").threads(1);
    for polls_too in [false, true] {
        in_runtime(multi_thread, move |runtime| {
            let (begun, begins) = mpsc::channel();
            let ((give, given), (tell, polled)) = (oneshot::channel(), mpsc::channel());
            let body = move || {
                let call = ONE.run(move || tells(&begun));
                gives_away(call, give, &polled, polls_too)
            };
            let body = ONE.run(body).start();
            let other = runtime.spawn(async move {
                let mut call = given.await.unwrap();
                poll_once(&mut call).await;
                tell.send(()).unwrap();
                call.await
            });
            let there = begins.recv().unwrap();
            body.cancel();
            let (here, ended) = runtime.block_on(body);
            assert!(matches!(ended, Err(Error::Cancelled)));
            assert_ne!(here, there);
            runtime.block_on(other).unwrap().unwrap();
        });
    }
}
