//! The call that the thread of a waiting body runs for that body.

use std::sync::Arc;

use super::offers::Offered;
use crate::sync::Mutex;

/// The call is told when the body is asked to stop: on another thread it would hear of that at once, since the wait would end and drop it.
#[derive(Default)]
pub(super) struct InPlace(Mutex<OwnRunning>);

#[derive(Default)]
struct OwnRunning {
    call: Option<Arc<dyn Offered>>,
    is_stopped: bool,
}

impl InPlace {
    /// Does `run` with that call. Returns false if there was nothing to run, or if the wait is to end.
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

    /// The wait is to end: asks the call to stop, and lets no other begin.
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
