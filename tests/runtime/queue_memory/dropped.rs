//! Calls that are dropped while they wait behind a body that never ends.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use tokio_offload::{Offload, Pool};

use crate::{
    alone, live,
    places::{self, Stuck},
};

/// What may stay of any number of calls: the room of a short queue, and what others in this process do meanwhile.
const LITTLE: usize = 64 * 1024;

/// How many calls are dropped one by one, as those do whose callers have a time limit.
const MANY: usize = 100_000;

/// A drop alone, with nothing done to the pool after it.
#[test]
fn nothing_is_kept_of_calls_dropped_one_by_one() {
    let _alone = alone();
    for stuck in places::all() {
        // What the queue grows to is not counted.
        (0..2_000).for_each(|_| drop(stuck.start([0_u8; 100])));
        let before = live();
        (0..MANY).for_each(|_| drop(stuck.start([0_u8; 100])));
        within(&stuck, before, LITTLE);
    }
}

/// Large arguments lie in the call itself.
#[test]
fn nothing_is_kept_of_a_few_large_calls() {
    let _alone = alone();
    for stuck in places::all() {
        drop(stuck.start([0_u8; 16_000]));
        let before = live();
        let calls: Vec<_> = (0..30).map(|_| stuck.start([0_u8; 16_000])).collect();
        drop(calls);
        within(&stuck, before, LITTLE);
    }
}

/// Many wait at once, and go in the order they came, the other way round, or in no order.
#[test]
fn nothing_is_kept_in_whatever_order_they_go() {
    let _alone = alone();
    let orders: [fn(usize) -> usize; 3] = [
        |n| n,
        |n| 20_000 - 1 - n,
        // A step that has no factor in common with the number visits each once.
        |n| n * 7_919 % 20_000,
    ];
    for stuck in places::all() {
        for order in orders {
            let before = live();
            let mut calls: Vec<_> = (0..20_000)
                .map(|_| Some(stuck.start([0_u8; 100])))
                .collect();
            (0..20_000).for_each(|n| drop(calls[order(n)].take()));
            drop(calls);
            within(&stuck, before, LITTLE);
        }
    }
}

/// Of those that stay, nothing but themselves.
#[test]
fn queued_calls_do_not_keep_dropped_ones_in_memory() {
    let _alone = alone();
    for stuck in places::all() {
        let before = live();
        let kept: Vec<_> = (0..1_000).map(|_| stuck.start([0_u8; 1_000])).collect();
        let one = (live() - before) / 1_000;
        let gone: Vec<_> = (0..50_000).map(|_| stuck.start([0_u8; 1_000])).collect();
        drop(gone);
        within(&stuck, before, one * 1_500 + LITTLE);
        drop(kept);
    }
}

/// The arguments go with the drop itself, whatever becomes of the rest.
#[test]
fn arguments_are_gone_when_the_drop_returns() {
    let _alone = alone();
    for stuck in places::all() {
        let objects = Arc::new(AtomicUsize::new(0));
        for _ in 0..1_000 {
            let call = stuck.start(Counted::new(&objects));
            let other = stuck.start(Counted::new(&objects));
            assert_eq!(objects.load(SeqCst), 2);
            drop(call);
            assert_eq!(objects.load(SeqCst), 1, "{}", stuck.name);
            other.cancel();
            assert_eq!(objects.load(SeqCst), 0, "{}", stuck.name);
        }
    }
}

/// How many wait is known at any moment, without those that went.
#[test]
fn what_waits_is_counted_without_those_that_went() {
    let _alone = alone();
    let pool = Pool::new("counted-exactly").threads(1).queue_capacity(100);
    let (release, released) = std::sync::mpsc::channel::<()>();
    let body = pool.run(move || released.recv().is_err()).start();
    while pool.stats().running == 0 {
        std::thread::yield_now();
    }
    let mut calls: Vec<_> = (0..1_000)
        .map(|n| Some(pool.run(move || n).start()))
        .collect();
    for (left, n) in (0..1_000).rev().zip((0..1_000).map(|n| n * 7 % 1_000)) {
        calls[n] = None;
        assert_eq!(pool.stats().queued, left);
        // Dead calls take no places.
        assert_eq!(pool.run(|| ()).try_start().is_ok(), left < 100);
    }
    assert_eq!(pool.stats().cancelled, 1_000 + 100);
    drop((release, body));
}

/// An object that is counted while it lives.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(objects: &Arc<AtomicUsize>) -> Self {
        objects.fetch_add(1, SeqCst);
        Self(Arc::clone(objects))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

fn within(stuck: &Stuck, before: usize, most: usize) {
    let kept = live().saturating_sub(before);
    assert!(
        kept <= most,
        "{}: {kept} bytes are kept, {most} may be",
        stuck.name
    );
}

/// A call that is not started is in no queue.
#[test]
fn a_call_that_was_not_started_is_its_callers_alone() {
    let _alone = alone();
    let before = live();
    let calls: Vec<Offload<usize>> = (0..1_000)
        .map(|_| {
            let bytes = [0_u8; 1_000];
            tokio_offload::run(move || bytes.len())
        })
        .collect();
    drop(calls);
    assert!(live().saturating_sub(before) < LITTLE);
}
