//! The guide: a page for each question that comes up when blocking code meets async code. In reading order:
//!
//! | page | about |
//! | --- | --- |
//! | *First* | |
//! | [`choosing_a_pool`] | where a function should run: one table of all places |
//! | [`priorities`] | urgent calls first, and fair shares |
//! | [`errors`] | the errors of a call, and where you see them |
//! | [`sharing_state`] | sharing a value between bodies |
//! | [`cancelling`] | what dropping a call does, and how a body notices |
//! | [`timeouts`] | which limit belongs where |
//! | [`testing`] | without threads, without a runtime, under a paused clock |
//! | *For one purpose* | |
//! | [`axum_and_tower`] | handlers, 503 under load, services |
//! | [`owners`] | values that stay on one thread |
//! | [`streams`] | iterators that block, many calls at once, progress of a body |
//! | [`worker_processes`] | bodies that may crash, hang or eat memory |
//! | [`isolation`] | what a worker process isolates, and what it does not |
//! | [`block_on`] | async code inside a body |
//! | [`async_traits`] | traits with async methods, and implementations that block |
//! | [`libraries`] | offloaded functions in a library's public API |
//! | [`without_a_runtime`] | for a library that is also used where no tokio runs |
//! | *In production* | |
//! | [`production`] | settings, alerts, a dashboard |
//! | [`observing`] | counters, metrics, traces, warnings |
//! | [`which_functions_block`] | finding what should be offloaded |
//! | [`shutting_down`] | ending without losing work and without hanging |
//! | [`troubleshooting`] | symptoms, causes and fixes |
//! | *Coming from* | |
//! | [`from_spawn_blocking`] | `spawn_blocking` by hand |
//! | [`from_block_in_place`] | `block_in_place` |
//! | [`from_a_wrapper`] | a function of your own around `spawn_blocking` |
//! | [`from_a_thread`] | a thread and a channel |
//! | [`from_connection_pools`] | pools of connections |
//! | [`from_python`] | Python's `run_in_executor` and executors |
//!
//! Every example on these pages is compiled and run with the tests.

#[doc = include_str!("../guide/choosing_a_pool.md")]
pub mod choosing_a_pool {}
#[doc = include_str!("../guide/priorities.md")]
pub mod priorities {}
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
#[doc = include_str!("../guide/troubleshooting.md")]
pub mod troubleshooting {}
#[doc = include_str!("../guide/worker_processes.md")]
pub mod worker_processes {}
#[doc = include_str!("../guide/owners.md")]
pub mod owners {}
#[doc = include_str!("../guide/streams.md")]
pub mod streams {}
#[doc = include_str!("../guide/production.md")]
pub mod production {}
