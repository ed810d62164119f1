//! Bodies that wait in `block_on`, and the calls that their threads run meanwhile.
//!
//! - `blocked`: such a body, and the trait `ThreadHome` by which its pool helps.
//! - `parked`: how long its thread parks, and when it helps its pool.
//! - `woken_often`: a body that is woken again and again while its pool is stuck.
//! - `awaited`: the calls that it awaits, and the chain of bodies that wait for each other.
//! - `endless_wait`: the waits that may not end.
//! - `offers`: the calls that others offered to its thread.
//! - `run_here`: runs on its thread the calls that it made, and those that were offered to it.
//! - `in_place`: the one of them that runs now.
//! - `outside_body`: a body in a `block_on` that is not ours.
//! - `own_slot`: the slot of a body in the limit of its pool.
//! - `lent_slot`: lends that slot to a call on a spare thread, while the body waits.
//!
//! Of `call` it imports `cancel`, `ends_body`, `queued_in`, `signal` and `site`, which know no waits. The calls that a body made or polled
//! stand above it, in `own_calls` and `polled_calls`.
//!
//! What holds:
//!
//! - The thread of a body runs only calls that the body awaits, or that a body awaits which waits for it.
//! - A body lends its slot to one call at a time.

mod awaited;
pub(crate) mod blocked;
pub(crate) mod endless_wait;
mod in_place;
pub(crate) mod lent_slot;
pub(crate) mod offers;
pub(crate) mod outside_body;
pub(crate) mod own_slot;
pub(crate) mod parked;
mod run_here;
mod woken_often;
