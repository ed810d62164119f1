//! What crosses between a pool and its workers: values as bytes, messages, the frames around them, and the buffers they are in.
//!
//! Imports only what is below: `sync`. Nothing here knows a pool or a process.

mod bounded_de;
mod bounded_ser;
pub(crate) mod buffers;
pub(crate) mod codec;
pub(crate) mod frame;
#[cfg(test)]
mod fuzz;
pub(crate) mod limits;
pub(crate) mod message;
pub(crate) mod reader;
pub(crate) mod summons;
