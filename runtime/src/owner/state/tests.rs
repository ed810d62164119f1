//! What an owner looks at when a body waits for its calls.

use std::sync::atomic::AtomicUsize;

use super::{Arc, CallQueue, Error, Job, Ordering, OwnerState, QueueCaller, Run, Signal};
use crate::call::{
    block_on::blocked::Blocked,
    meter::{SubmittedAt, Times},
    outcome::Ending,
    site::Site,
    traits::Around,
};

/// Counts who asks by whom it is awaited. Clones are one call.
#[derive(Clone, Default)]
struct Counted(Arc<AtomicUsize>);

impl Run for Counted {
    fn run(self: Arc<Self>, _: Option<Around<'_>>, _: &mut dyn FnMut(Ending, Times)) {}

    fn site(&self) -> &'static Site {
        unreachable!("nobody asks")
    }

    fn submitted_at(&self) -> Option<SubmittedAt> {
        None
    }

    fn refuse(&self, _: Error) {}

    fn has_ended(&self) -> bool {
        false
    }

    fn awaited_by(&self) -> Option<Arc<Blocked>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        None
    }

    fn cell(&self) -> *const () {
        Arc::as_ptr(&self.0).cast()
    }
}

struct HoldsUp;

impl QueueCaller for HoldsUp {
    fn holds_up(self: Arc<Self>, _: &Arc<Signal>) -> bool {
        true
    }
}

/// A body may wait for all of many calls: each is looked at when it is polled, and not all of them each time.
#[test]
fn a_call_that_is_awaited_is_looked_at_alone() {
    let state = OwnerState::new();
    let calls: Vec<_> = (0..100).map(|_| Counted::default()).collect();
    for call in &calls {
        state.push(Job::new(Arc::new(call.clone())));
    }
    let caller: Arc<dyn QueueCaller> = Arc::new(HoldsUp);
    for call in &calls {
        state.call_awaited(&caller);
        let call: Arc<dyn Run> = Arc::new(call.clone());
        state.note_awaited(0, &call);
    }
    let looks = calls.iter().map(|call| call.0.load(Ordering::Relaxed));
    assert_eq!(looks.sum::<usize>(), calls.len());
}

#[test]
fn a_call_is_refused_with_its_context_and_without() {
    let state = OwnerState::new();
    let call = Counted::default();
    state.push(Job::new(Arc::new(call.clone())));
    state.refuse(&(Arc::new(Counted::default()) as _));
    assert_eq!(state.queue.lock().jobs.iter().count(), 1);
    state.refuse(&(Arc::new(call) as _));
    assert_eq!(state.queue.lock().jobs.iter().count(), 0);
}
