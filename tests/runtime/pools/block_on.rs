//! Each line of the guide's page about `block_on`: which nestings are safe, and which are refused and how.

use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use offload_tests::drive;
use tokio::{runtime::Builder, task::JoinSet, time::timeout};
use tokio_offload::{Error, Inline, Offload, Owner, Pool, Rayon, block_on, offload, run, run_on};

/// A bound that a hang runs into; nothing here takes a second on an idle machine.
pub(crate) const LONG: Duration = Duration::from_secs(180);

static DEEPER: Pool = Pool::new("nest-deeper").threads(1);
static SHARED: Pool = Pool::shared("nest-shared").threads(1);

pub(crate) async fn ends<R>(call: Offload<R>) -> Result<R, Error> {
    timeout(LONG, call.outcome()).await.expect("it ends")
}

/// A runtime with one thread for blocking work, as full as can be.
pub(crate) fn narrow() -> tokio::runtime::Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

/// In a pool of the test's own: what tests do at once would count as one recursion.
fn deep(pool: &'static Pool, n: u32) -> Offload<u32> {
    pool.run(move || match n {
        0 => 0,
        _ => 1 + block_on(deep(pool, n - 1)).unwrap(),
    })
}

#[offload(pool = DEEPER)]
fn deeper(n: u32) -> Result<u32, String> {
    if n == 0 {
        return Ok(0);
    }
    let inner = block_on(deeper(n - 1).outcome()).map_err(|error| error.to_string())?;
    Ok(1 + inner.map_err(|error| error.to_string())??)
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_the_same_pool_run_in_place() {
    static SAME: Pool = Pool::new("nest-same").threads(1);
    assert_eq!(ends(deep(&SAME, 100)).await.unwrap(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recursion_goes_on_on_other_threads() {
    static DEEP: Pool = Pool::new("nest-deep").threads(1);
    assert_eq!(ends(deep(&DEEP, 2_000)).await.unwrap(), 2_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recursion_without_end_is_refused_by_name() {
    let error = ends(deeper(100_000)).await.unwrap().unwrap_err();
    assert!(error.contains("wait for one another"), "{error}");
    assert_eq!(ends(deep(&DEEPER, 10)).await.unwrap(), 10);
}

#[test]
fn a_recursion_without_end_on_the_default_threads_is_refused_by_name() {
    #[offload]
    fn down(n: u32) -> Result<u32, String> {
        if n == 0 {
            return Ok(0);
        }
        let inner = block_on(down(n - 1).outcome()).map_err(|error| error.to_string())?;
        Ok(1 + inner.map_err(|error| error.to_string())??)
    }
    let runtime = narrow();
    assert_eq!(runtime.block_on(ends(down(150))).unwrap().unwrap(), 150);
    let error = runtime.block_on(ends(down(100_000))).unwrap().unwrap_err();
    assert!(error.contains("wait for one another"), "{error}");
}

#[tokio::test]
async fn a_recursion_without_end_in_place_is_refused_by_name() {
    #[offload(pool = Inline)]
    fn down(n: u32) -> Result<u32, Error> {
        match n {
            0 => Ok(0),
            _ => Ok(1 + block_on(down(n - 1).outcome())???),
        }
    }
    assert_eq!(ends(down(100)).await.unwrap().unwrap(), 100);
    let error = ends(down(100_000)).await.unwrap().unwrap_err();
    assert!(matches!(error, Error::TooDeep { limit: 128 }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_behind_a_task_gets_a_spare_thread() {
    static BEHIND: Pool = Pool::new("nest-behind").threads(1);
    for pool in [&BEHIND, &SHARED] {
        let spawned = pool.run(move || block_on(async move { tokio::spawn(pool.run(|| 7)).await }));
        assert_eq!(ends(spawned).await.unwrap().unwrap().unwrap(), 7);
        let set = pool.run(move || {
            block_on(async move {
                let mut set = JoinSet::new();
                (0..4).for_each(|n| drop(set.spawn(pool.run(move || n))));
                set.join_all().await.len()
            })
        });
        assert_eq!(ends(set).await.unwrap().unwrap(), 4);
        let twice = pool.run(move || {
            let inner = move || block_on(async move { tokio::spawn(pool.run(|| 1)).await });
            block_on(async move { tokio::spawn(pool.run(inner)).await })
        });
        let twice = ends(twice).await.unwrap().unwrap().unwrap();
        assert_eq!(twice.unwrap().unwrap(), 1);
    }
}

#[test]
fn a_call_behind_a_task_gets_a_spare_thread_where_no_blocking_thread_is_left() {
    let runtime = narrow();
    let call = run(|| block_on(async { tokio::spawn(run(|| 7)).await }));
    assert_eq!(runtime.block_on(ends(call)).unwrap().unwrap().unwrap(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_behind_a_channel_gets_a_spare_thread() {
    static CHANNEL: Pool = Pool::new("nest-channel").threads(1);
    let (ask, mut asked) = tokio::sync::mpsc::channel::<tokio::sync::oneshot::Sender<u8>>(1);
    tokio::spawn(async move {
        while let Some(answer) = asked.recv().await {
            let _ = answer.send(CHANNEL.run(|| 3).await);
        }
    });
    let call = CHANNEL.run(move || {
        block_on(async move {
            let (answer, answered) = tokio::sync::oneshot::channel();
            ask.send(answer).await.unwrap();
            answered.await.unwrap()
        })
    });
    assert_eq!(ends(call).await.unwrap().unwrap(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn pools_that_call_one_another_end() {
    static ONE: Pool = Pool::new("nest-one").threads(1);
    static OTHER: Pool = Pool::new("nest-other").threads(1);
    fn ping(n: u32) -> Offload<u32> {
        ONE.run(move || {
            if n == 0 {
                0
            } else {
                1 + block_on(pong(n - 1)).unwrap()
            }
        })
    }
    fn pong(n: u32) -> Offload<u32> {
        OTHER.run(move || {
            if n == 0 {
                0
            } else {
                1 + block_on(ping(n - 1)).unwrap()
            }
        })
    }
    assert_eq!(ends(ping(600)).await.unwrap(), 600);
}

pub(crate) fn narrow_rayon() -> &'static rayon::ThreadPool {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    Box::leak(Box::new(pool.unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn rayon_runs_what_is_waited_for() {
    let pool = narrow_rayon();
    let nested = run_on(pool, move || {
        let middle = run(move || block_on(run_on(pool, || 5)));
        block_on(run_on(pool, || 2)).unwrap() + block_on(middle).unwrap().unwrap()
    });
    assert_eq!(ends(nested).await.unwrap(), 7);
}

/// Eight bodies want a lock that each holds while it waits: none is run on top of another.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_waits_runs_no_other() {
    static LOCK: Mutex<u32> = Mutex::new(0);
    static LOCKED: Pool = Pool::new("nest-locked").threads(1);

    #[offload(pool = Rayon)]
    fn locks() {
        let mut count = LOCK.lock().unwrap();
        block_on(tokio::time::sleep(Duration::from_millis(20))).unwrap();
        *count += 1;
    }
    let calls: Vec<_> = (0..8).map(|_| locks().start()).collect();
    for call in calls {
        ends(call).await.unwrap();
    }
    assert_eq!(*LOCK.lock().unwrap(), 8);
    let locked: Vec<_> = (0..8)
        .map(|_| {
            LOCKED
                .run(|| {
                    let mut count = LOCK.lock().unwrap();
                    block_on(tokio::time::sleep(Duration::from_millis(20))).unwrap();
                    *count += 1;
                })
                .start()
        })
        .collect();
    for call in locked {
        ends(call).await.unwrap();
    }
    assert_eq!(*LOCK.lock().unwrap(), 16);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_waits_for_itself_is_refused() {
    let owner = Arc::new(Owner::spawn(|| 1).await);
    let same = Arc::clone(&owner);
    let error = ends(owner.run(move |_| block_on(same.run(|value| *value).outcome()).unwrap()));
    assert!(matches!(error.await.unwrap(), Err(Error::WouldBlock)));
}

#[tokio::test]
async fn block_on_of_a_future_that_is_not_ready_in_place_is_refused() {
    #[offload(pool = Inline)]
    fn waits() -> Result<(), Error> {
        block_on(std::future::pending())
    }
    assert!(matches!(
        ends(waits()).await.unwrap(),
        Err(Error::WouldBlock)
    ));
}

#[tokio::test]
async fn block_on_outside_a_body_is_refused() {
    let refused = || matches!(block_on(async {}), Err(Error::NotInBody));
    let on_a_worker = tokio::spawn(async move { refused() });
    assert!(refused() && on_a_worker.await.unwrap());
}

#[test]
fn block_on_in_a_body_without_a_runtime_is_refused() {
    static ALONE: Pool = Pool::new("nest-alone").threads(1);
    let refused = drive(ALONE.run(|| block_on(async {})));
    assert!(matches!(refused, Err(Error::NoRuntime)));
}

/// Spare threads go when their call has ended, and count towards the limit of bodies.
#[tokio::test(flavor = "multi_thread")]
async fn spare_threads_end() {
    static NAMED: Pool = Pool::new("spares").threads(1);
    let (told, heard) = mpsc::channel();
    let call = NAMED.run(move || {
        let inner = move || {
            let name = std::thread::current().name().map(str::to_owned);
            told.send(name).unwrap();
        };
        block_on(async move { tokio::spawn(NAMED.run(inner)).await })
    });
    ends(call).await.unwrap().unwrap().unwrap();
    assert_eq!(heard.recv().unwrap().as_deref(), Some("spares-spare"));
    NAMED.idle().await;
    assert_eq!(NAMED.stats().running, 0);
    assert_eq!(NAMED.run(|| 1).await, 1);
}

/// Bodies that wait for something else are not taken for a recursion: none is refused, however many there are.
#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_only_wait_are_never_refused() {
    static WAITS: Pool = Pool::new("nest-waits").threads(1);
    let (release, released) = tokio::sync::watch::channel(false);
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let mut released = released.clone();
            WAITS
                .run(move || block_on(async move { released.wait_for(|go| *go).await.is_ok() }))
                .start()
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert!(WAITS.stats().running <= 65);
    release.send(true).unwrap();
    for call in calls {
        assert!(ends(call).await.unwrap().unwrap());
    }
}
