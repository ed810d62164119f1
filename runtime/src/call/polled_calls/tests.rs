//! Calls that a test moves along, in the order in which a body polls them.

use std::{
    sync::{
        Arc, Weak,
        atomic::{
            AtomicBool, AtomicUsize,
            Ordering::{Relaxed, SeqCst},
        },
    },
    time::{Duration, Instant},
};

use super::{LineMark, MOST_ASKED, OutsideBody, PolledCalls, QueueNumber, Run, Site};
use crate::{
    call::{
        meter::{SubmittedAt, Times},
        outcome::Ending,
        queued_in::CallQueue,
        traits::Around,
    },
    error::Error,
};

static SITE: Site = Site::ours("of a test");

struct MockQueue;

impl CallQueue for MockQueue {
    fn call_died(&self) {}
}

/// A call in one of two queues.
#[derive(Default)]
struct MockCall {
    is_elsewhere: bool,
    has_begun: AtomicBool,
    has_ended: AtomicBool,
    asked: Arc<AtomicUsize>,
}

impl Run for MockCall {
    fn run(self: Arc<Self>, _: Option<Around<'_>>, _: &mut dyn FnMut(Ending, Times)) {}

    fn site(&self) -> &'static Site {
        &SITE
    }

    fn submitted_at(&self) -> Option<SubmittedAt> {
        unreachable!("nobody asks")
    }

    fn is_queued(&self) -> bool {
        self.asked.fetch_add(1, SeqCst);
        !self.has_begun.load(SeqCst)
    }

    fn refuse(&self, _: Error) {
        self.has_ended.store(true, SeqCst);
    }

    fn has_ended(&self) -> bool {
        self.asked.fetch_add(1, SeqCst);
        self.has_ended.load(SeqCst)
    }

    fn is_in(&self, _: &QueueNumber) -> bool {
        self.asked.fetch_add(1, SeqCst);
        !self.is_elsewhere && !self.has_begun.load(SeqCst)
    }

    fn line(&self) -> Option<LineMark> {
        Some(LineMark::default())
    }
}

fn queue() -> QueueNumber {
    QueueNumber::of(Weak::<MockQueue>::new() as _)
}

fn calls(count: usize) -> Vec<Arc<MockCall>> {
    (0..count).map(|_| Arc::default()).collect()
}

/// The place among `all` of the call that the body is taken to wait for.
fn awaited(polled: &PolledCalls, all: &[Arc<MockCall>]) -> Option<usize> {
    let (_, cell) = polled.call_in(&queue())?;
    all.iter().position(|call| call.cell() == cell)
}

/// However many calls were polled, and whatever was removed meanwhile.
#[test]
fn the_call_that_was_polled_last_is_the_one_that_is_waited_for() {
    let (polled, all) = (PolledCalls::default(), calls(100));
    assert!(!polled.waits() && awaited(&polled, &all).is_none());
    for round in 0..3 {
        for (place, call) in all.iter().enumerate() {
            polled.add(Arc::clone(call) as _);
            assert_eq!(awaited(&polled, &all), Some(place), "{round}");
        }
    }
    let queued = polled.polled.lock().queued.len();
    assert!(queued <= 4 * (all.len() + 4), "{queued} are kept");
    // In the order of their last polls, each time that the last one begins.
    for again in [40, 7, 41] {
        polled.add(Arc::clone(&all[again]) as _);
    }
    for last in [41, 7, 40, 99, 98] {
        assert_eq!(awaited(&polled, &all), Some(last));
        all[last].has_begun.store(true, SeqCst);
    }
}

/// Only what is queued there, though others were polled later.
#[test]
fn a_call_is_looked_for_in_one_queue() {
    let polled = PolledCalls::default();
    let (here, elsewhere) = (
        calls(1),
        MockCall {
            is_elsewhere: true,
            ..MockCall::default()
        },
    );
    let elsewhere = Arc::new(elsewhere);
    polled.add(Arc::clone(&here[0]) as _);
    polled.add(elsewhere as _);
    assert_eq!(awaited(&polled, &here), Some(0));
    assert!(polled.waits_in(&queue()));
    here[0].has_begun.store(true, SeqCst);
    assert!(awaited(&polled, &here).is_none() && !polled.waits_in(&queue()) && polled.waits());
    polled.refuse_in(&queue(), || Error::WouldBlock);
    assert!(!here[0].has_ended.load(SeqCst), "it has begun");
}

/// A poll does not look at all of them.
#[test]
fn looks_do_not_grow_with_the_number_of_calls() {
    let polled = PolledCalls::default();
    let asked = Arc::<AtomicUsize>::default();
    let make = |is_elsewhere| {
        let asked = Arc::clone(&asked);
        Arc::new(MockCall {
            is_elsewhere,
            asked,
            ..MockCall::default()
        })
    };
    let all: Vec<_> = (0..5_000).map(|n| make(n % 2 == 0)).collect();
    for call in &all {
        polled.add(Arc::clone(call) as _);
        assert!(polled.waits() && (polled.waits_in(&queue()) || call.is_elsewhere));
    }
    for call in &all {
        call.has_begun.store(true, SeqCst);
    }
    for _ in 0..all.len() {
        assert!(polled.waits() && !polled.waits_in(&queue()));
    }
    for call in &all {
        call.has_ended.store(true, SeqCst);
        polled.waits();
    }
    assert!(!polled.waits());
    let looks = asked.load(SeqCst);
    assert!(looks <= 40 * all.len(), "{looks}");
    let elsewhere: Vec<_> = (0..10 * MOST_ASKED).map(|_| make(true)).collect();
    polled.add(make(false) as _);
    for call in elsewhere {
        polled.add(call as _);
    }
    let before = asked.load(SeqCst);
    assert!(!polled.waits_in(&queue()));
    assert!(asked.load(SeqCst) - before <= 2 * MOST_ASKED);
    assert!(polled.call_in(&queue()).is_some());
}

/// Asked at times that the test chooses.
#[test]
fn a_wait_in_which_nothing_is_polled_is_still() {
    let (polled, all) = (PolledCalls::default(), calls(2));
    let (begun, minute) = (Instant::now(), Duration::from_secs(60));
    let still = |after| polled.still(begun + after).map(|(time, _)| time);
    assert_eq!(still(minute), None);
    polled.add(Arc::clone(&all[0]) as _);
    assert_eq!(
        [still(minute), still(2 * minute)],
        [Some(Duration::ZERO), Some(minute)]
    );
    polled.add(Arc::clone(&all[0]) as _);
    assert_eq!(
        [still(3 * minute), still(4 * minute)],
        [Some(Duration::ZERO), Some(minute)]
    );
    polled.set_inside(true);
    assert_eq!(still(5 * minute), None);
    polled.set_inside(false);
    assert_eq!(still(6 * minute), Some(Duration::ZERO));
    all[0].has_ended.store(true, Relaxed);
    assert_eq!(still(8 * minute), None);
}
