//! The threads of users' executors, as seen by a body that waits there: they cannot be helped, only warned of.

use std::sync::{Arc, LazyLock};

use crate::{
    call::{
        block_on::{blocked::ThreadHome, endless_wait::EndlessWait},
        signal::Signal,
    },
    scheduler::standstill::Standstill,
};

/// All of these threads.
#[derive(Default)]
struct Elsewhere {
    /// Never raised.
    signal: Arc<Signal>,
    standstill: Standstill,
}

impl ThreadHome for Elsewhere {
    fn name(&self) -> &'static str {
        "executor"
    }

    fn signal(&self) -> &Arc<Signal> {
        &self.signal
    }

    fn warn_endless(&self, wait: EndlessWait) {
        self.standstill.warn_endless(self.name(), wait);
    }
}

static ELSEWHERE: LazyLock<Arc<Elsewhere>> = LazyLock::new(Arc::default);

pub(crate) fn home() -> Arc<dyn ThreadHome> {
    Arc::clone(&ELSEWHERE) as _
}
