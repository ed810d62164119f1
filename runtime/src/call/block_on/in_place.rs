//! The call that a waiting body runs on its own thread.

use std::sync::Arc;

use super::offers::Offered;
use crate::sync::Mutex;

/// When the body is asked to stop, the call is asked too. On another thread this would follow by itself: the wait would end and drop the
/// call.
#[derive(Default)]
pub(super) struct InPlace(Mutex<OwnRunning>);

#[derive(Default)]
struct OwnRunning {
    call: Option<Arc<dyn Offered>>,
    is_stopped: bool,
}

impl InPlace {
    /// Runs that call by `run`. Returns false if there was nothing to run, or if the body was asked to stop.
    pub(super) fn run(&self, call: Arc<dyn Offered>, run: impl FnOnce() -> bool) -> bool {
        let mut here = self.0.lock();
        if here.is_stopped {
            return false;
        }
        here.call = Some(call);
        drop(here);
        let ran = run();
        let call = self.0.lock().call.take();
        drop(call);
        ran
    }

    /// The body was asked to stop: asks the call to stop, and starts no other one.
    pub(super) fn stop(&self) {
        let mut here = self.0.lock();
        here.is_stopped = true;
        let call = here.call.clone();
        drop(here);
        if let Some(call) = call {
            call.abandon();
        }
    }
}
