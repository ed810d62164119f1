//! Refusals and looks at a pool that is full.

use std::{
    future::Future,
    pin::pin,
    sync::mpsc,
    task::{Context, Waker},
};

use tokio_offload::{Offload, Pool};

use crate::{allocations, alone, live};

const QUEUE: usize = 20_000;

/// A full pool: what keeps it full is dropped with it.
struct Full {
    pool: Pool,
    held: Vec<Offload<bool>>,
    _release: mpsc::Sender<()>,
}

impl Full {
    fn new(name: &'static str) -> Self {
        let pool = Pool::new(name).threads(1).queue_capacity(QUEUE);
        let (release, released) = mpsc::channel::<()>();
        let mut held = vec![pool.run(move || released.recv().is_err()).start()];
        while pool.stats().running == 0 {
            std::thread::yield_now();
        }
        held.extend((0..QUEUE).map(|_| pool.run(|| false).try_start().expect("there is room")));
        Self {
            pool,
            held,
            _release: release,
        }
    }
}

/// A call that is refused costs nothing more than itself, however often it is tried.
#[test]
fn a_refusal_allocates_nothing() {
    let _alone = alone();
    let full = Full::new("full-refuses");
    let mut call = full.pool.run(|| ());
    let (before, bytes) = (allocations(), live());
    for _ in 0..1_000 {
        call = call.try_start().expect_err("it is full").into_call();
    }
    assert!(allocations() - before < 10, "{}", allocations() - before);
    assert!(live().saturating_sub(bytes) < 1_000);
    assert_eq!(full.pool.stats().refused, 1_000);
}

/// Looks at the pool as well, also when calls go meanwhile.
#[test]
fn reading_stats_of_a_queue_with_dropped_calls_allocates_little() {
    let _alone = alone();
    let mut full = Full::new("full-looks");
    let before = allocations();
    for gone in 1..=1_000 {
        drop(full.held.swap_remove(1));
        assert_eq!(full.pool.stats().queued, QUEUE - gone);
    }
    // What died is taken out of the queue into lists of its own, at most one for each.
    assert!(allocations() - before < 2_500, "{}", allocations() - before);
}

/// Whoever waits for the pool to be idle, and waits no more, leaves nothing.
#[test]
fn dropped_idle_futures_keep_no_memory() {
    let _alone = alone();
    let full = Full::new("full-idle");
    let look = || {
        let mut idle = pin!(full.pool.idle());
        let mut context = Context::from_waker(Waker::noop());
        assert!(idle.as_mut().poll(&mut context).is_pending());
    };
    look();
    let before = live();
    (0..20_000).for_each(|_| look());
    assert!(live().saturating_sub(before) < 10_000);
}
