//! The bodies of a lane that may be waiting for calls outside of our `block_on`.

use std::sync::{Arc, Weak};

use crate::{call::outside_body::OutsideBody, sync::Mutex};

/// One entry for each such body, until the body ends.
#[derive(Default)]
pub(crate) struct OutsideBodies(Mutex<Vec<Weak<dyn OutsideBody>>>);

impl OutsideBodies {
    /// Adds a body that may wait.
    pub(crate) fn add(&self, body: &Arc<dyn OutsideBody>) {
        let mut bodies = self.0.lock();
        let mine = Arc::downgrade(body);
        if bodies.iter().any(|known| known.ptr_eq(&mine)) {
            return;
        }
        bodies.retain(|body| body.strong_count() > 0);
        bodies.push(mine);
    }

    /// The number of these bodies that wait now.
    pub(crate) fn waiting(&self) -> usize {
        self.count(|body| body.waits())
    }

    /// The number of bodies for which `is_so` is true.
    pub(crate) fn count(&self, is_so: impl Fn(&dyn OutsideBody) -> bool) -> usize {
        let bodies: Vec<_> = self.0.lock().iter().filter_map(Weak::upgrade).collect();
        bodies.iter().filter(|body| is_so(&***body)).count()
    }
}
