//! What the tests of this package share: a subscriber that keeps what it hears, and every place where bodies run.

mod log;
mod places;

pub use log::{Heard, Kind, Log};
pub use places::{Place, everywhere, own_thread};
