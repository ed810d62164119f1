//! The attribute on `impl` blocks, traits and owners: every accepted form compiled and called.

#![allow(
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    clippy::unnecessary_wraps,
    clippy::needless_arbitrary_self_type,
    clippy::many_single_char_names,
    clippy::too_many_arguments,
    clippy::non_minimal_cfg,
    unreachable_pub,
    reason = "the forms are the subject, not what one would write"
)]

mod impl_blocks;
mod impl_options;
mod owner_constructors;
mod owners;
mod owners_generic;
mod strict;
mod trait_impls;
mod traits;
mod traits_generic;
mod twins;

use std::thread;

/// What tells one thread from another.
type Id = thread::ThreadId;

fn id() -> Id {
    thread::current().id()
}
