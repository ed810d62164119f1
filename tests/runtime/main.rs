//! What calls, pools and streams promise: a folder for each, and in it a module for each group of promises.

mod calls;
mod pools;
mod streams;
