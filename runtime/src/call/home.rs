//! The group of threads that a thread belongs to while it runs bodies: a pool, an owner, or rayon. `blocked` has the trait of such a
//! group, `ThreadHome`.

use std::{cell::RefCell, sync::Arc};

use super::{block_on::blocked::ThreadHome, signal::Signal};

thread_local! {
    static HOME: RefCell<Option<Home>> = const { RefCell::new(None) };
}

/// The group of threads that this thread belongs to while it runs a body.
struct Home {
    threads: Arc<dyn ThreadHome>,
    /// The nesting level: calls may run on top of bodies that wait for them.
    depth: usize,
}

/// Runs `f`, which must not unwind, as work of `threads`.
pub(crate) fn on_thread_of(threads: Arc<dyn ThreadHome>, f: impl FnOnce()) {
    let depth = scope() + 1;
    let outer = HOME.try_with(|here| here.replace(Some(Home { threads, depth })));
    f();
    if let Ok(outer) = outer {
        drop(HOME.replace(outer));
    }
}

/// The nesting level of the code on this thread: one more inside a call that runs on top of a body which waits for it.
pub(crate) fn scope() -> usize {
    let depth = |home: &RefCell<Option<Home>>| home.borrow().as_ref().map(|home| home.depth);
    HOME.try_with(depth).ok().flatten().unwrap_or(0)
}

/// Whether this thread runs work of the pool with that signal.
pub(crate) fn is_thread_of(signal: &Arc<Signal>) -> bool {
    home().is_some_and(|home| Arc::ptr_eq(home.signal(), signal))
}

/// The name of the pool that this thread belongs to.
pub(crate) fn pool_name() -> Option<&'static str> {
    home().map(|home| home.name())
}

/// The group of threads that this thread belongs to.
pub(crate) fn home() -> Option<Arc<dyn ThreadHome>> {
    let threads =
        |home: &RefCell<Option<Home>>| home.borrow().as_ref().map(|home| Arc::clone(&home.threads));
    HOME.try_with(threads).ok().flatten()
}

pub(crate) fn home_is_closing() -> bool {
    let closing = |home: &RefCell<Option<Home>>| {
        let home = home.borrow();
        home.as_ref()
            .is_some_and(|home| home.threads.signal().is_raised())
    };
    HOME.try_with(closing).unwrap_or(false)
}
