//! The guide: a page for each question that comes up when blocking code meets async code.
//!
//! Every example on these pages is compiled and run with the tests.

#[doc = include_str!("../guide/choosing_a_pool.md")]
pub mod choosing_a_pool {}
#[doc = include_str!("../guide/cancelling.md")]
pub mod cancelling {}
#[doc = include_str!("../guide/block_on.md")]
pub mod block_on {}
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
#[doc = include_str!("../guide/which_functions_block.md")]
pub mod which_functions_block {}
#[doc = include_str!("../guide/from_python.md")]
pub mod from_python {}
#[doc = include_str!("../guide/from_spawn_blocking.md")]
pub mod from_spawn_blocking {}
#[doc = include_str!("../guide/from_a_wrapper.md")]
pub mod from_a_wrapper {}
#[doc = include_str!("../guide/from_connection_pools.md")]
pub mod from_connection_pools {}
#[doc = include_str!("../guide/from_a_thread.md")]
pub mod from_a_thread {}
#[doc = include_str!("../guide/from_block_in_place.md")]
pub mod from_block_in_place {}
#[doc = include_str!("../guide/errors.md")]
pub mod errors {}
#[doc = include_str!("../guide/sharing_state.md")]
pub mod sharing_state {}
#[doc = include_str!("../guide/without_a_runtime.md")]
pub mod without_a_runtime {}
#[doc = include_str!("../guide/libraries.md")]
pub mod libraries {}
#[doc = include_str!("../guide/async_traits.md")]
pub mod async_traits {}
#[doc = include_str!("../guide/axum_and_tower.md")]
pub mod axum_and_tower {}
