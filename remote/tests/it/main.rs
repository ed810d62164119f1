//! What calls to worker processes do, one module for each side of it.

mod calls;
mod kit;
