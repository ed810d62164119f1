//! Whatever of a user's panics on a thread of ours outside the body: every later call is served, and nothing aborts.

use std::{
    panic::{panic_any, resume_unwind},
    sync::{Arc, mpsc},
    task::{Context, Wake, Waker},
    time::Duration,
};

use offload_tests::among_bombs;
use tokio::{runtime::Builder, time::timeout};
use tokio_offload::{Error, Offload, Owner, Pool, block_on, on_cancel, run, run_on};

use super::block_on::narrow_rayon;

const LONG: Duration = Duration::from_secs(180);

/// Panics when it is dropped, also inside another panic's payload.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic_any("dropped");
        }
    }
}

/// Panics with a bomb when it is dropped.
struct BombOfBombs;

impl Drop for BombOfBombs {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic_any(Bomb);
        }
    }
}

/// Where each of them happens: with one thread, which every later call needs.
enum Place {
    Pool(Pool),
    Default,
    Owner(Owner<u8>),
    Rayon(&'static rayon::ThreadPool),
}

impl Place {
    fn call<R: Send + 'static>(&self, body: impl FnOnce() -> R + Send + 'static) -> Offload<R> {
        match self {
            Self::Pool(pool) => pool.run(body),
            Self::Default => run(body),
            Self::Owner(owner) => owner.run(|_| body()),
            Self::Rayon(pool) => run_on(*pool, body),
        }
    }
}

/// Lets `harm` happen everywhere, several times, and sees that the next call is served.
fn is_harmless(harm: &impl AsyncFn(&Place)) {
    among_bombs(|| happens_everywhere(harm));
}

fn happens_everywhere(harm: &impl AsyncFn(&Place)) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let places = [
            Place::Pool(Pool::new("around").threads(1)),
            Place::Pool(Pool::shared("around-shared").threads(1)),
            Place::Default,
            Place::Owner(Owner::spawn(|| 0).await),
            Place::Rayon(narrow_rayon()),
        ];
        for place in &places {
            for round in 0..3 {
                harm(place).await;
                let next = timeout(LONG, place.call(move || round));
                assert_eq!(next.await.expect("the thread serves the next call"), round);
            }
        }
    });
}

/// Waits until a body is there, whose call is kept.
async fn begun<R: Send + 'static>(
    place: &Place,
    body: impl FnOnce() -> R + Send + 'static,
) -> (Offload<R>, mpsc::Sender<()>) {
    let (tell, told) = tokio::sync::oneshot::channel();
    let (release, released) = mpsc::channel();
    let call = place.call(move || {
        tell.send(()).unwrap();
        let _ = released.recv();
        body()
    });
    let call = call.start();
    told.await.unwrap();
    (call, release)
}

#[test]
fn a_payload_that_panics_when_it_is_dropped() {
    is_harmless(&async |place| {
        let ended = place.call(|| panic_any(Bomb)).outcome().await;
        assert!(matches!(&ended, Err(Error::Panicked(_))));
        // The caller has the payload, and only the caller is hit by it.
        std::mem::forget(ended);
        let (call, release) = begun(place, || panic_any(BombOfBombs)).await;
        drop(call);
        drop(release);
        place.call(|| panic_any(BombOfBombs)).detach();
    });
}

#[test]
fn a_panic_that_is_resumed_without_a_report() {
    is_harmless(&async |place| {
        let ended = place.call(|| resume_unwind(Box::new(7_u8))).outcome().await;
        let Err(Error::Panicked(panic)) = ended else {
            panic!("it panicked");
        };
        assert_eq!(panic.into_payload().downcast_ref::<u8>(), Some(&7));
    });
}

#[test]
fn arguments_results_and_closures_that_panic_when_they_are_dropped() {
    is_harmless(&async |place| {
        // Unused in the body, and dropped at its end.
        let argument = Bomb;
        let ended = place.call(move || {
            let _kept = &argument;
        });
        assert!(matches!(ended.outcome().await, Err(Error::Panicked(_))));
        // A result that nobody wants.
        for end in [drop as fn(Offload<BombOfBombs>), Offload::detach] {
            let (call, release) = begun(place, || BombOfBombs).await;
            end(call);
            drop(release);
        }
        // What never ran.
        let (held, release) = begun(place, || ()).await;
        let argument = BombOfBombs;
        let waits = place.call(move || drop(argument)).start();
        waits.cancel();
        assert!(matches!(waits.outcome().await, Err(Error::Cancelled)));
        drop(release);
        held.await;
    });
}

/// A waker of somebody's that panics, with a payload that panics.
struct Rude;

impl Wake for Rude {
    fn wake(self: Arc<Self>) {
        panic_any(BombOfBombs);
    }
}

#[test]
fn a_waker_that_panics() {
    is_harmless(&async |place| {
        let (mut call, release) = begun(place, || 5).await;
        let waker = Waker::from(Arc::new(Rude));
        let polled = std::pin::Pin::new(&mut call).poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
        drop(release);
        while !call.is_finished() {
            tokio::task::yield_now().await;
        }
        assert_eq!(call.await, 5);
    });
}

/// Hooks of a pool that panic on each of its threads, with a payload that panics.
#[test]
fn hooks_that_panic() {
    let pool = Pool::new("around-hooks")
        .threads(1)
        .keep_alive(Duration::from_millis(1))
        .on_start(|| panic_any(BombOfBombs))
        .on_stop(|| panic_any(BombOfBombs));
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let rounds = async {
        for round in 0..5 {
            assert_eq!(timeout(LONG, pool.run(move || round)).await.unwrap(), round);
            // Long enough for the thread to go, or not: the next call is served by that one or another.
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    };
    among_bombs(|| runtime.block_on(rounds));
}

#[test]
fn actions_that_panic() {
    is_harmless(&async |place| {
        let (asked, asks) = mpsc::channel::<()>();
        let (tell, told) = tokio::sync::oneshot::channel();
        let call = place.call(move || {
            on_cancel(|| panic_any(BombOfBombs)).unwrap();
            let bomb = BombOfBombs;
            on_cancel(move || {
                let _bomb = &bomb;
                drop(asked);
            })
            .unwrap();
            tell.send(()).unwrap();
            asks.recv().is_err()
        });
        let call = call.start();
        told.await.unwrap();
        call.cancel();
        assert!(call.await);
    });
}

/// A future that panics in `block_on`, when it is polled and when it is dropped.
#[test]
fn futures_that_panic_inside_block_on() {
    is_harmless(&async |place| {
        let polled = place.call(|| block_on(async { panic_any(Bomb) }).map(|()| 0));
        std::mem::forget(polled.outcome().await);
        let (tell, told) = tokio::sync::oneshot::channel();
        let dropped = place.call(move || {
            let bomb = BombOfBombs;
            block_on(async move {
                let _bomb = &bomb;
                tell.send(()).unwrap();
                std::future::pending::<()>().await;
            })
        });
        let dropped = dropped.start();
        if told.await.is_ok() {
            dropped.cancel();
        }
        std::mem::forget(dropped.outcome().await);
    });
}
