//! Values as bytes, and the messages between a pool and its workers, with their frames and buffers.
//!
//! `codec` and `output` are values as bytes, within `limits` (`bounded_ser`, `bounded_de`, `value_error`, `sink`), and with the number of
//! fields, which `groups` compares. `message` has the messages,
//! `frame` their heads, `reader` reads them, `summons` is the first one, `buffers` are kept from call to call.
//!
//! May import `panics`, `reply`, `sync` and `text`. Knows no pool and no process.

mod bounded_de;
mod bounded_ser;
pub(crate) mod codec;
mod groups;
pub(crate) mod limits;
pub(crate) mod output;
mod sink;
mod value_error;

#[cfg(all(feature = "workers", target_os = "linux"))]
pub(crate) mod buffers;
#[cfg(all(feature = "workers", target_os = "linux"))]
pub(crate) mod frame;
#[cfg(all(test, feature = "workers", target_os = "linux"))]
mod fuzz;
#[cfg(all(feature = "workers", target_os = "linux"))]
pub(crate) mod message;
#[cfg(all(feature = "workers", target_os = "linux"))]
pub(crate) mod reader;
#[cfg(all(feature = "workers", target_os = "linux"))]
pub(crate) mod summons;
