//! Hooks that run around bodies in a worker.

use std::fmt;

use crate::functions::Function;

/// Runs a body, with what has to happen before and after it.
pub type Around =
    fn(function: &'static Function, headers: &[(String, String)], body: &mut dyn FnMut());

/// The hooks around bodies in a worker.
#[derive(Clone, Copy)]
pub struct WorkerHooks {
    /// Called around each body on the worker's body thread, with the headers of the call.
    pub around: Around,
    /// Called once on the control thread when the running call is asked to stop. The body does not end before it returns.
    pub on_stop: fn(),
}

impl WorkerHooks {
    /// No hooks.
    pub const PLAIN: Self = Self {
        around: |_, _, body| body(),
        on_stop: || (),
    };
}

impl fmt::Debug for WorkerHooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerHooks").finish_non_exhaustive()
    }
}
