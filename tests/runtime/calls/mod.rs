//! Behaviour tests, one module for each group of promises.

mod api;
mod cancel;
mod catch_option;
mod catching;
mod closures;
mod context;
mod end_races;
mod hooks;
mod liveness;
mod panics;
mod places;
mod refusals;
mod results;
mod runtimes;
mod shutdown;
mod silence;
mod unstarted;
