//! Stretches of code that may block, and how the watching thread learns of them.

use std::{
    cell::OnceCell,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use crate::look::{Tid, current_tid};

/// Runs `work`, which may block its worker without a report.
///
/// For code that is known to block and that you cannot or will not change now. Scopes can be nested, and end when `work`
/// panics. Time inside a scope does not count: after it, the full limit applies again. A scope costs two additions, and a lock
/// on the first use in a thread.
///
/// ```
/// let config = tokio_offload_watch::allow_blocking(|| std::fs::read_to_string("/etc/hostname"));
/// # drop(config);
/// ```
pub fn allow_blocking<R>(work: impl FnOnce() -> R) -> R {
    let depth = MINE.try_with(|mine| Arc::clone(mine.get_or_init(register)));
    let _scope = depth.ok().map(Scope::enter);
    work()
}

/// The threads that are inside a scope at this moment.
pub(crate) fn threads_inside() -> Vec<Tid> {
    let depths = DEPTHS.lock().unwrap_or_else(PoisonError::into_inner);
    let inside = |depth: &Weak<AtomicUsize>| depth.upgrade().is_some_and(|it| it.load(Relaxed) > 0);
    let inside = depths.iter().filter(|(_, depth)| inside(depth));
    inside.map(|(tid, _)| *tid).collect()
}

/// For each living thread that has used a scope, how many it is inside.
static DEPTHS: Mutex<Vec<(Tid, Weak<AtomicUsize>)>> = Mutex::new(Vec::new());

thread_local! {
    static MINE: OnceCell<Arc<AtomicUsize>> = const { OnceCell::new() };
}

fn register() -> Arc<AtomicUsize> {
    let depth = Arc::new(AtomicUsize::new(0));
    let mut depths = DEPTHS.lock().unwrap_or_else(PoisonError::into_inner);
    // The kernel reuses thread numbers, so only threads that still exist count.
    depths.retain(|(_, depth)| depth.strong_count() > 0);
    depths.push((current_tid(), Arc::downgrade(&depth)));
    depth
}

struct Scope(Arc<AtomicUsize>);

impl Scope {
    fn enter(depth: Arc<AtomicUsize>) -> Self {
        depth.fetch_add(1, Relaxed);
        Self(depth)
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::{panic, sync::mpsc, thread};

    use super::{Tid, allow_blocking, current_tid, threads_inside};

    fn is_allowed(tid: Tid) -> bool {
        threads_inside().contains(&tid)
    }

    #[test]
    fn scopes_nest_and_end_on_a_panic() {
        let me = current_tid();
        assert!(!is_allowed(me));
        allow_blocking(|| {
            allow_blocking(|| assert!(is_allowed(me)));
            assert!(is_allowed(me));
            let caught =
                panic::catch_unwind(|| allow_blocking(|| panic::resume_unwind(Box::new(7))));
            caught.unwrap_err();
            assert!(is_allowed(me));
        });
        assert!(!is_allowed(me));
    }

    #[test]
    fn a_scope_is_its_thread_alone() {
        let (tell, told) = mpsc::channel();
        let (go, gone) = mpsc::channel::<()>();
        let inside = thread::spawn(move || {
            allow_blocking(|| {
                tell.send(current_tid()).unwrap();
                gone.recv().unwrap_err();
            });
        });
        let it = told.recv().unwrap();
        assert!(is_allowed(it) && !is_allowed(current_tid()));
        drop(go);
        inside.join().unwrap();
        assert!(!is_allowed(it), "its thread is gone");
    }
}
