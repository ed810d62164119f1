//! The threads of users' executors, as seen by a body that waits there: they cannot be helped, only warned of.

use std::{
    ptr,
    sync::{Arc, LazyLock},
};

use crate::{
    call::{
        block_on::{blocked::ThreadHome, endless_wait::EndlessWait},
        signal::Signal,
        site::Site,
    },
    scheduler::standstill::{Standstill, say_endless},
    sync::Mutex,
};

/// All of these threads.
#[derive(Default)]
struct Elsewhere {
    /// Never raised.
    signal: Arc<Signal>,
    standstill: Standstill,
    /// The functions whose bodies have been told of. There may be many executors, and they have no names.
    told: Mutex<Vec<&'static Site>>,
}

impl Elsewhere {
    fn is_new(&self, site: &'static Site) -> bool {
        let mut told = self.told.lock();
        let is_new = !told.iter().any(|told| ptr::eq(*told, site));
        told.extend(is_new.then_some(site));
        is_new
    }
}

impl ThreadHome for Elsewhere {
    fn name(&self) -> &'static str {
        "executor"
    }

    fn signal(&self) -> &Arc<Signal> {
        &self.signal
    }

    fn warn_endless(&self, wait: EndlessWait) {
        match wait {
            EndlessWait::Circle => self.standstill.warn_endless(self.name(), wait),
            EndlessWait::Still(site) | EndlessWait::Outside(site) => {
                if self.is_new(site) {
                    say_endless(self.name(), wait);
                }
            }
        }
    }
}

static ELSEWHERE: LazyLock<Arc<Elsewhere>> = LazyLock::new(Arc::default);

pub(crate) fn home() -> Arc<dyn ThreadHome> {
    Arc::clone(&ELSEWHERE) as _
}
