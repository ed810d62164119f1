//! Bodies on threads where a task is polled: the budget of the task, which makes tasks take turns, is not theirs.

use std::sync::LazyLock;

use offload_tests::{drive, multi_thread};
use rayon::ThreadPool;
use tokio::{runtime::Handle, sync::mpsc, task::coop};
use tokio_offload::{Executor, Inline, Job, Offload, Pool, block_on, run_on};

use super::{block_on::narrow_rayon, unawaited::in_runtime};

/// Runs jobs where they are submitted.
struct OnTheSpot;

impl Executor for OnTheSpot {
    fn submit(&self, job: Job) {
        job.run();
    }
}

type Body = Box<dyn FnOnce() -> u32 + Send>;
type Place<F> = fn(F) -> Offload<u32>;

/// More than the budget of a task allows at once. It never has to wait.
const MANY: u32 = 1_000;

async fn many() -> u32 {
    let (sender, mut receiver) = mpsc::channel(1);
    let mut sum = 0;
    for _ in 0..MANY {
        sender.send(1).await.unwrap();
        sum += receiver.recv().await.unwrap();
        sum += run_on(&Inline, || 1).await;
    }
    sum
}

fn in_ours() -> u32 {
    block_on(many()).unwrap()
}

fn in_another() -> u32 {
    drive(many())
}

/// M1: in a task that has used up its budget, too.
#[test]
fn a_body_in_a_task_can_wait_for_as_much_as_it_likes() {
    let places: [Place<fn() -> u32>; 2] = [
        |body| run_on(&OnTheSpot, body),
        |body| run_on(&Inline, body),
    ];
    for place in places {
        for body in [in_ours, in_another] {
            in_runtime(multi_thread, move |runtime| {
                let ended = runtime.block_on(async {
                    while coop::has_budget_remaining() {
                        coop::consume_budget().await;
                    }
                    place(body).start().await
                });
                assert_eq!(ended, 2 * MANY);
            });
        }
    }
}

/// Whoever polls around it, on the thread where it runs in place.
#[test]
fn a_call_in_place_has_no_part_in_the_budget_around() {
    static ONE: Pool = Pool::new("budget").threads(1);
    static RAYON: LazyLock<&ThreadPool> = LazyLock::new(narrow_rayon);
    let places: [Place<Body>; 2] = [|body| ONE.run(body), |body| run_on(*RAYON, body)];
    for place in places {
        for body in [in_ours, in_another] {
            in_runtime(multi_thread, move |runtime| {
                let inner = move || block_on(place(Box::new(body))).unwrap();
                let waits = move || Handle::current().block_on(async { inner() });
                assert_eq!(runtime.block_on(place(Box::new(waits))), 2 * MANY);
            });
        }
    }
}

/// Another kind of work on a rayon thread may wait there for what rayon then runs on it.
#[test]
fn a_body_on_a_rayon_thread_has_no_part_in_the_budget_around() {
    static RAYON: LazyLock<&ThreadPool> = LazyLock::new(narrow_rayon);
    for body in [in_ours, in_another] {
        in_runtime(multi_thread, move |runtime| {
            let handle = runtime.handle().clone();
            let call = RAYON.install(move || {
                let mut call = None;
                handle.block_on(async {
                    call = Some(run_on(*RAYON, body).start());
                    rayon::yield_now();
                });
                call
            });
            assert_eq!(runtime.block_on(call.unwrap()), 2 * MANY);
        });
    }
}
