//! The interface between a lane and its jobs.

use std::{mem, sync::Arc};

use crate::{
    call::{meter::Times, outcome::Ending, traits::Run},
    error::Error,
    unwind::swallow_panic,
};

/// Runs a job and calls `settle` once, even if the job unwinds, which it must not: the thread continues, and its counters stay
/// correct.
pub(crate) fn run_once<T: Task>(job: T, settle: &mut dyn FnMut(Ending, Times)) {
    let mut settled = false;
    swallow_panic(|| {
        job.run(&mut |ending, times| {
            if !mem::replace(&mut settled, true) {
                settle(ending, times);
            }
        });
    });
    if !settled {
        settle(Ending::Panicked, Times::ZERO);
    }
}

/// A job in a lane.
pub(crate) trait Task: Send + 'static {
    /// Runs it, and calls `settle` with the ending before the caller can see the result. Never unwinds.
    fn run(self, settle: &mut dyn FnMut(Ending, Times));
    /// Ends it without running it.
    fn refuse(self, error: Error);
    /// Its call.
    fn call(&self) -> Option<&Arc<dyn Run>>;
    /// Whether its call has ended.
    fn is_dead(&self) -> bool;
}
