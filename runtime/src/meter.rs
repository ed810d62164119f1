//! What functions and pools measure of their calls (feature `stats`; without it `unmetered.rs` has this place).

mod function;
pub(crate) mod members;
mod pool;

pub(crate) use function::{Left, Meter, Ticket, Times, sites};
pub(crate) use pool::{Line, Member, Occupant, Pooled, Waits, enlist, pools};
