//! The attribute and traits whose methods are asynchronous: native ones, and those of macros that other people write.

#![allow(
    clippy::cast_possible_truncation,
    clippy::too_many_arguments,
    clippy::many_single_char_names,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "the forms are the subject, not what one would write"
)]

mod boxed;
mod boxed_forms;
mod made;
mod native;

use std::{cell::Cell, future::Future};

use tokio::runtime::Builder;

thread_local! {
    static CALLER: Cell<bool> = const { Cell::new(false) };
}

/// Awaits a call on this thread. Its body says `elsewhere()`.
fn call<R>(future: impl Future<Output = R>) -> R {
    CALLER.set(true);
    let runtime = Builder::new_current_thread().enable_all().build();
    let result = runtime.expect("a runtime can be built").block_on(future);
    CALLER.set(false);
    result
}

/// Awaits a call that can be sent.
fn send<R>(future: impl Future<Output = R> + Send) -> R {
    call(future)
}

/// What a body says: that it is not on the thread that awaits it.
fn elsewhere() {
    assert!(!CALLER.get(), "the body runs on the thread of its caller");
}
