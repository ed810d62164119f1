//! Many seeded mixtures: values whose `Drop` panics or uses the library again, as argument, result, payload and part of an action, at every
//! moment of a call, wherever it can run. Each value is dropped once, each call ends, and every thread serves the next one.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicIsize, AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use offload_tests::{Drops, Probe, Seed, drive, in_time, multi_thread};
use tokio_offload::{
    Error, Inline, Offload, Pool, block_on, current_pool, is_cancelled, on_cancel, run, run_on,
};

use super::kit::outcome;

const ROUNDS: u64 = 400;

/// What values panic with.
const A_DROP: &str = "a drop";

/// Where the calls of a round run. A pool has two threads.
enum Where {
    Pool(Arc<Pool>),
    Urgent(Arc<Pool>),
    Tenant(Arc<Pool>),
    Default,
    Inline,
}

impl Where {
    fn of(seed: &mut Seed) -> Self {
        let own = || Arc::new(Pool::new("mixture").threads(2));
        match seed.below(6) {
            0 => Self::Pool(own()),
            1 => Self::Pool(Arc::new(Pool::shared("mixture-view").threads(2))),
            2 => Self::Urgent(own()),
            3 => Self::Tenant(own()),
            4 => Self::Default,
            _ => Self::Inline,
        }
    }

    /// The result is handed out in a tuple, because it may be of any type.
    fn call<R: Send + 'static>(&self, body: impl FnOnce() -> R + Send + 'static) -> Offload<(R,)> {
        let body = move || (body(),);
        match self {
            Self::Pool(pool) => pool.run(body),
            Self::Urgent(pool) => run_on(pool.high(), body),
            Self::Tenant(pool) => run_on(pool.share(1), body),
            Self::Default => run(body),
            Self::Inline => run_on(&Inline, body),
        }
    }

    /// Nothing runs any more, and the two threads are there at once.
    fn is_whole(&self) {
        match self {
            Self::Inline => return drive(self.call(|| ())).0,
            Self::Default => {}
            Self::Pool(pool) | Self::Urgent(pool) | Self::Tenant(pool) => {
                drive(pool.idle());
                assert_eq!((pool.stats().queued, pool.stats().running), (0, 0));
            }
        }
        let barrier = Arc::new(Barrier::new(2));
        let calls = [(); 2].map(|()| {
            let barrier = Arc::clone(&barrier);
            self.call(move || {
                barrier.wait();
            })
            .start()
        });
        for call in calls {
            let ((),) = drive(call);
        }
    }
}

/// What the values of a round share.
struct Mixture {
    place: Where,
    others: Mutex<Vec<Offload<(u8,)>>>,
    /// How often they still do something, so that a round ends.
    left: AtomicIsize,
    made: AtomicUsize,
    drops: Drops,
}

impl Mixture {
    fn value(self: &Arc<Self>, seed: &mut Seed) -> Nasty {
        self.made.fetch_add(1, SeqCst);
        Nasty {
            act: seed.below(10),
            mixture: Arc::clone(self),
            _probe: self.drops.probe(),
        }
    }

    fn other(&self) -> Option<Offload<(u8,)>> {
        self.others.lock().unwrap().pop()
    }

    fn act(&self, act: u64) {
        let call = || self.place.call(|| 1);
        match act {
            0 => call().detach(),
            1 => drop(call().start()),
            2 => drop(block_on(call().outcome())),
            3 => drop(self.other()),
            4 => self.other().iter().for_each(Offload::cancel),
            5 => drop((current_pool(), is_cancelled())),
            6 => drop(on_cancel(|| resume_unwind(Box::new("an action")))),
            _ => {}
        }
    }
}

struct Nasty {
    act: u64,
    mixture: Arc<Mixture>,
    _probe: Probe,
}

impl Drop for Nasty {
    fn drop(&mut self) {
        if self.mixture.left.fetch_sub(1, SeqCst) > 0 {
            // Where there is no runtime, `detach` panics.
            let act = AssertUnwindSafe(|| self.mixture.act(self.act));
            let _ = catch_unwind(act);
        }
        if self.act > 7 && !thread::panicking() {
            resume_unwind(Box::new(A_DROP));
        }
    }
}

/// Makes one call and brings it to its end.
fn one(mixture: &Arc<Mixture>, seed: &mut Seed) {
    let [argument, result, held] = [(); 3].map(|()| mixture.value(seed));
    let (how, moment, mine) = (seed.below(4), seed.below(6), Arc::clone(mixture));
    let call = mixture.place.call(move || {
        on_cancel(move || drop(held)).unwrap();
        match how {
            0 => {
                drop(argument);
                resume_unwind(Box::new(result));
            }
            1 => drop(block_on(mine.place.call(|| 2).outcome())),
            _ => {}
        }
        // Here: the compiler forgets a result that is returned when an argument panics after it.
        drop(argument);
        result
    });
    match moment {
        0 => drop(call),
        1 => drop(call.start()),
        2 => call.detach(),
        3 => {
            let call = call.start();
            call.cancel();
            end(call);
        }
        4 => {
            let call = call.start();
            seed.dawdle();
            drop(call);
        }
        _ => end(call),
    }
}

fn end<R>(call: Offload<R>) {
    let ended = outcome(call);
    let known = matches!(&ended, Ok(_) | Err(Error::Panicked(_) | Error::Cancelled));
    assert!(known, "{:?}", ended.err());
}

#[test]
fn values_that_misbehave_lose_nothing_anywhere() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for round in 1..=ROUNDS {
            let mut seed = Seed::new(round);
            let mixture = Arc::new(Mixture {
                place: Where::of(&mut seed),
                others: Mutex::default(),
                left: AtomicIsize::new(12),
                made: AtomicUsize::new(0),
                drops: Drops::default(),
            });
            let others = [(); 3].map(|()| mixture.place.call(|| 3));
            mixture.others.lock().unwrap().extend(others);
            for _ in 0..4 {
                let made = catch_unwind(AssertUnwindSafe(|| one(&mixture, &mut seed)));
                // A value may be dropped, and panic, on this thread.
                if let Err(panic) = made {
                    assert_eq!(panic.downcast_ref(), Some(&A_DROP), "in round {round}");
                }
            }
            mixture.others.lock().unwrap().clear();
            mixture.place.is_whole();
            let made = mixture.made.load(SeqCst);
            while mixture.drops.count() < made {
                thread::yield_now();
            }
            assert_eq!(mixture.drops.count(), made, "in round {round}");
        }
    });
}
