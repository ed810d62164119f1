//! `Origin`: who started a watch, as far as a look at threads has to know.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering::Relaxed},
};

/// Who started a watch.
pub(crate) struct Origin {
    pub(crate) inside: Inside,
    /// Whether it is a test, which may be over soon and needs every report.
    #[cfg_attr(
        not(all(target_os = "linux", target_arch = "x86_64")),
        expect(dead_code, reason = "there is nothing to say but that it is blocked")
    )]
    pub(crate) is_short: bool,
    /// What the system calls a thread of the runtime, as soon as that is known. The thread is a worker if the runtime has several.
    #[cfg_attr(
        not(all(target_os = "linux", target_arch = "x86_64")),
        expect(dead_code, reason = "no thread is looked at")
    )]
    pub(crate) worker_name: Arc<OnceLock<String>>,
}

/// Whether the thread that started a watch is inside `block_on`. The runtime does not say, so the code that knows sets and clears it.
#[derive(Clone, Debug)]
pub(crate) struct Inside(Arc<AtomicBool>);

impl Inside {
    pub(crate) fn unknown() -> Self {
        Self(Arc::new(AtomicBool::new(false)))
    }

    pub(crate) fn known() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }

    pub(crate) fn leave(&self) {
        self.0.store(false, Relaxed);
    }

    pub(crate) fn is_known(&self) -> bool {
        self.0.load(Relaxed)
    }
}
