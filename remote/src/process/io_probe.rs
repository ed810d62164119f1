//! Finds out whether the runtime of a thread can wait for sockets.
//!
//! tokio has no other sign of a runtime without I/O than a panic at the first registration. So the first registration is made here,
//! with a spare descriptor, and the panic is caught and not reported. Where panics abort, it is reported, and ends the program.

use std::{
    cell::Cell,
    io,
    os::fd::OwnedFd,
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    sync::Once,
    thread,
};

use rustix::event::{EventfdFlags, eventfd};
use tokio::{
    io::{Interest, unix::AsyncFd},
    runtime::{Handle, Id},
};

use crate::{system::descriptors::above_standard, unwind::forget};

thread_local! {
    /// The last runtime of this thread that could wait.
    static KNOWN: Cell<Option<Id>> = const { Cell::new(None) };
    /// Whether this thread is trying.
    static TRIES: Cell<bool> = const { Cell::new(false) };
}

/// Whether the runtime of this thread can wait for sockets. Call it inside a runtime.
pub(crate) fn has_io() -> bool {
    let runtime = Handle::current().id();
    if KNOWN.get() == Some(runtime) {
        return true;
    }
    // Without a spare descriptor the first real registration will tell.
    let fd = eventfd(0, EventfdFlags::CLOEXEC).map_err(io::Error::from);
    let Ok(fd) = fd.and_then(above_standard) else {
        return true;
    };
    let has_io = quietly_try(fd);
    KNOWN.set(has_io.then_some(runtime));
    has_io
}

/// Tries once. Meanwhile panics of this thread are not reported.
fn quietly_try(fd: OwnedFd) -> bool {
    static QUIET: Once = Once::new();
    // While a thread panics it cannot replace the hook.
    if !thread::panicking() {
        QUIET.call_once(report_no_tries);
    }
    TRIES.set(true);
    let has_io = try_once(fd);
    TRIES.set(false);
    has_io
}

/// Wraps the panic hook, once and for good. While a hook is taken out, the hook of the standard library reports the panics of other
/// threads, and a hook that somebody sets meanwhile is lost.
fn report_no_tries() {
    let report = take_hook();
    set_hook(Box::new(move |info| {
        // Where a panic ends the program, this report is its last message.
        if cfg!(panic = "abort") || !TRIES.get() {
            report(info);
        }
    }));
}

fn try_once(fd: OwnedFd) -> bool {
    #[allow(
        deprecated,
        reason = "what follows it is unsafe for the sake of types that make up their descriptor"
    )]
    let tried = catch_unwind(AssertUnwindSafe(|| {
        // A runtime that is shut down returns an error.
        let _ = AsyncFd::with_interest(fd, Interest::READABLE);
    }));
    tried.map_err(forget).is_ok()
}

#[cfg(test)]
mod tests {
    use std::{
        panic::panic_any,
        sync::{
            Arc, Barrier,
            atomic::{AtomicUsize, Ordering::SeqCst},
        },
    };

    use tokio::runtime::Builder;

    use super::*;

    /// While other threads find out about runtimes of theirs.
    #[test]
    fn every_panic_reaches_the_hook_of_the_program() {
        const ROUNDS: usize = 300;
        struct Counted;
        // The hook is wrapped at the first try.
        let runtime = Builder::new_current_thread().enable_io().build().unwrap();
        runtime.block_on(async { has_io() });
        let reported = Arc::<AtomicUsize>::default();
        let (count, before) = (Arc::clone(&reported), take_hook());
        set_hook(Box::new(move |info| {
            if info.payload().is::<Counted>() {
                count.fetch_add(1, SeqCst);
            } else {
                before(info);
            }
        }));
        let start = Barrier::new(2);
        thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                for _ in 0..ROUNDS {
                    drop(catch_unwind(|| panic_any(Counted)));
                }
            });
            start.wait();
            for _ in 0..ROUNDS {
                let runtime = Builder::new_current_thread().enable_io().build().unwrap();
                assert!(runtime.block_on(async { has_io() }));
            }
        });
        assert_eq!(reported.load(SeqCst), ROUNDS);
    }

    #[test]
    fn a_runtime_without_io_is_told_apart() {
        let build: [fn() -> Builder; 2] = [Builder::new_current_thread, Builder::new_multi_thread];
        for (build, io) in build
            .into_iter()
            .flat_map(|build| [(build, true), (build, false)])
        {
            let mut builder = build();
            builder.worker_threads(1).enable_time();
            if io {
                builder.enable_io();
            }
            let runtime = builder.build().unwrap();
            for _ in 0..2 {
                assert_eq!(runtime.block_on(async { has_io() }), io);
            }
        }
    }
}
