//! Whatever unwinds around a body, its thread serves the next call; and what else must not reach a caller.

use std::{
    mem,
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

use tokio::{runtime::Runtime, time::timeout};
use tokio_offload::{Executor, Inline, Job, Offload, Owner, Pool, Rayon, offload, run};

/// A body that forgets a guard of tokio's, which then finds them dropped out of order.
fn forgets_a_guard() {
    let runtime = Box::leak(Box::new(
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap(),
    ));
    mem::forget(runtime.enter());
}

#[tokio::test]
async fn a_forgotten_guard_costs_no_pool_its_thread() {
    static OWN: Pool = Pool::new("forgetful").threads(1);
    static SHARED: Pool = Pool::shared("forgetful-shared").threads(1);
    for pool in [&OWN, &SHARED] {
        for round in 0..3 {
            pool.run(forgets_a_guard).await;
            assert_eq!(pool.run(move || round).await, round);
        }
        assert_eq!(pool.stats().running, 0);
    }
    run(forgets_a_guard).await;
    assert_eq!(run(|| 1).await, 1);
}

#[offload(pool = Rayon)]
fn forgets() {
    forgets_a_guard();
}

#[offload(pool = Rayon)]
fn one() -> u8 {
    1
}

#[tokio::test]
async fn a_forgotten_guard_costs_no_owner_and_rayon_no_thread() {
    let owner = Owner::spawn(|| 7).await;
    owner.run(|_| forgets_a_guard()).await;
    assert_eq!(owner.run(|value| *value).await, 7);

    for _ in 0..8 {
        forgets().await;
        assert_eq!(one().await, 1);
    }
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "dropped");
    }
}

#[tokio::test]
async fn detaching_never_panics_for_what_a_result_does() {
    let call = run(|| Bomb).start();
    while !call.is_finished() {
        tokio::task::yield_now().await;
    }
    call.detach();
}

/// An executor that keeps one job, and gives back the one before.
#[derive(Default)]
struct Swaps(Mutex<Option<Job>>);

impl Executor for Swaps {
    fn submit(&self, job: Job) {
        job.run();
    }

    fn try_submit(&self, job: Job) -> Result<(), Job> {
        match self.0.lock().unwrap().replace(job) {
            Some(other) => Err(other),
            None => Ok(()),
        }
    }
}

#[offload(pool = pool)]
fn id(n: u32, pool: Arc<Swaps>) -> u32 {
    n
}

/// Every call ends, whichever job comes back.
#[tokio::test]
async fn an_executor_that_gives_back_another_job_loses_none() {
    let swaps = Arc::new(Swaps::default());

    let first = id(1, Arc::clone(&swaps)).try_start().unwrap();
    let second = id(2, Arc::clone(&swaps)).try_start().unwrap();
    assert!(matches!(
        first.outcome().await,
        Err(tokio_offload::Error::Shutdown)
    ));
    let kept = swaps.0.lock().unwrap().take().unwrap();
    kept.run();
    assert_eq!(second.await, 2);
}

/// A loop over calls that are ready at once lets the task's other branches run.
#[tokio::test]
async fn ready_calls_count_against_the_budget_of_the_task() {
    static NEVER_USED: Pool = Pool::new("idle-loop").threads(1);

    #[offload(pool = Inline)]
    fn at_once() -> u8 {
        1
    }
    let moment = Duration::from_millis(20);
    let calls = async {
        loop {
            at_once().await;
        }
    };
    assert!(timeout(moment, calls).await.is_err());
    let values = async {
        loop {
            Offload::ready(1).outcome().await.unwrap();
        }
    };
    assert!(timeout(moment, values).await.is_err());
    let looks = async {
        loop {
            NEVER_USED.idle().await;
        }
    };
    assert!(timeout(moment, looks).await.is_err());
}

/// Four hundred calls are given up at once: their actions run on a bounded number of threads, and each runs once.
#[test]
fn actions_of_many_calls_share_threads() {
    static MANY: Pool = Pool::new("many-actions").threads(400);
    let runtime = Runtime::new().unwrap();
    let (told, heard) = mpsc::channel();
    let (begun, begins) = mpsc::channel();
    let release = Arc::new(tokio::sync::Semaphore::new(0));
    let since = Instant::now();
    runtime.block_on(async {
        let calls: Vec<_> = (0..400)
            .map(|_| {
                let (told, begun, release) = (told.clone(), begun.clone(), Arc::clone(&release));
                let body = move || {
                    let action = move || told.send(cancel_threads()).unwrap();
                    tokio_offload::on_cancel(action).unwrap();
                    begun.send(()).unwrap();
                    while release.try_acquire().is_err() {
                        std::thread::yield_now();
                    }
                };
                MANY.run(body).start()
            })
            .collect();
        begins.iter().take(400).for_each(drop);
        drop(calls);
    });
    drop(told);
    release.add_permits(1000);
    let threads: Vec<usize> = heard.iter().collect();
    assert_eq!(threads.len(), 400);
    // 64 at once, and one more for each second that actions wait, which depends on the machine.
    let most = 100 + usize::try_from(since.elapsed().as_secs()).unwrap();
    assert!(threads.iter().all(|threads| *threads < most), "{threads:?}");
}

/// How many threads run cancel actions now.
fn cancel_threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let name = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm"));
    let names = tasks.filter_map(|task| name(task).ok());
    names
        .filter(|name| name.starts_with("offload-cancel"))
        .count()
}

/// Calls that were given up while they waited are not counted, and their places are free.
#[tokio::test]
async fn dropped_calls_leave_the_queue() {
    static STUCK: Pool = Pool::new("stuck").threads(1).queue_capacity(50_000);
    let (release, released) = mpsc::channel::<()>();
    let (begin, has_begun) = mpsc::channel();
    let body = STUCK
        .run(move || {
            begin.send(()).unwrap();
            released.recv()
        })
        .start();
    has_begun.recv().unwrap();
    for _ in 0..20 {
        let calls: Vec<_> = (0..5_000).map(|n| STUCK.run(move || n).start()).collect();
        drop(calls);
        assert_eq!(STUCK.stats().queued, 0);
    }
    let full: Vec<_> = (0..50_000)
        .map(|n| STUCK.run(move || n).try_start().expect("there is room"))
        .collect();
    assert!(STUCK.run(|| 1).try_start().is_err());
    assert_eq!(STUCK.stats().queued, 50_000);
    drop(full);
    assert!(STUCK.run(|| 1).try_start().is_ok());
    drop(release);
    let _ = body.await;
}
