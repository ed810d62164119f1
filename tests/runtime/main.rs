//! What calls, pools and streams promise: a folder for each, and in it a module for each group of promises.
//!
//! The comments of many tests, here and in `tests/loom`, begin with the promise that they keep, such as `C3`:
//! `tests/PROMISES.md` lists them.

mod calls;
mod pools;
mod streams;
