//! What the tests of this package share: a subscriber that keeps what it hears, and every place where bodies run.

#![expect(clippy::missing_panics_doc, reason = "a test that cannot go on panics")]

mod log;
mod places;

pub use log::{Heard, Kind, Log};
pub use places::{Place, everywhere, own_thread};
