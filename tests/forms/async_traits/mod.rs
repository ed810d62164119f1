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

use crate::call_here;

/// Awaits a call that can be sent, and borrows.
fn send<R>(future: impl Future<Output = R> + Send) -> R {
    call_here(future)
}
