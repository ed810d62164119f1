//! What functions and pools measure of their calls (feature `stats`; without it `unmetered.rs` has this place).

pub(crate) mod function;
pub(crate) mod members;
mod occupant;
mod pool;

pub(crate) use function::{Left, Meter, Ticket, Times, sites};
pub(crate) use occupant::Occupant;
pub(crate) use pool::{Line, Member, Place, Pooled, Waits, enlist, pools};
