//! What calls, pools and streams promise: a folder for each, and in it a module for each group of promises.
//!
//! The comments of many tests, here and in `tests/loom`, begin with the promise that they keep, such as `C3`. The letter is its subject:
//! `R` results, arguments and streams; `P` panics and errors; `C` cancelling and dropping; `L` limits, queues and liveness; `X` the runtime,
//! the context and nested calls; `S` shutdown; `F` fairness and load; `D` what is reported and counted.

mod calls;
mod pools;
mod streams;
