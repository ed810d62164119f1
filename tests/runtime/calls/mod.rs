//! Behaviour tests, one module for each group of promises.

mod cancel;
mod catch_option;
mod catching;
mod closures;
mod context;
mod end_races;
mod liveness;
mod on_cancel;
mod panics;
mod places;
mod refusals;
mod results;
mod runtime_ends_quietly;
mod runtimes;
mod shutdown;
mod texts_and_markers;
mod unstarted;
