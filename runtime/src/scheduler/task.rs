//! The jobs of a lane, as the lane sees them.

use std::{mem, sync::Arc};

use crate::{
    call::{meter::Times, outcome::Ending, traits::Run},
    error::Error,
    unwind::swallow_panic,
};

/// Runs a job and tells its end to `settle` once, also if something unwinds that must not: a thread that carries jobs goes on,
/// and its account stays right.
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
    /// Runs it and tells how it ended, before its caller learns. Never unwinds.
    fn run(self, settle: &mut dyn FnMut(Ending, Times));
    /// Ends it unrun.
    fn refuse(self, error: Error);
    /// The call it stands for.
    fn call(&self) -> Option<&Arc<dyn Run>>;
    /// Whether it has ended already.
    fn is_dead(&self) -> bool;
}
