//! The guide: a page for each question that comes up when blocking code meets async code.
//!
//! Every example on these pages is compiled and run with the tests.

#[doc = include_str!("../guide/choosing_a_pool.md")]
pub mod choosing_a_pool {}
#[doc = include_str!("../guide/cancelling.md")]
pub mod cancelling {}
#[doc = include_str!("../guide/timeouts.md")]
pub mod timeouts {}
#[doc = include_str!("../guide/shutting_down.md")]
pub mod shutting_down {}
#[doc = include_str!("../guide/isolation.md")]
pub mod isolation {}
#[doc = include_str!("../guide/testing.md")]
pub mod testing {}
#[doc = include_str!("../guide/observing.md")]
pub mod observing {}
#[doc = include_str!("../guide/from_python.md")]
pub mod from_python {}
#[doc = include_str!("../guide/from_spawn_blocking.md")]
pub mod from_spawn_blocking {}
