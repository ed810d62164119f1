#![doc = include_str!("../README.md")]

#[cfg(not(target_os = "linux"))]
compile_error!("worker processes need Linux: build `tokio-offload` without its feature `process`");

mod buffers;
mod builder;
mod call;
mod child;
mod codec;
mod config;
#[cfg(all(feature = "test-util", not(test)))]
mod constructor;
mod crew;
mod entry;
mod exchange;
mod failure;
mod frame;
#[cfg(test)]
mod fuzz;
mod incoming;
mod keeper;
mod link;
mod message;
mod monitor;
mod news;
mod quiet;
mod registration;
mod registry;
mod reply;
mod request;
mod roster;
mod shape;
mod start;
mod stats;
mod sync;
mod ticket;
mod transfer;
mod worker;
mod workers;

pub use call::Call;
pub use codec::{CodecError, Point, decode, decode_bytes, decode_end, encode, encode_bytes};
#[cfg(feature = "test-util")]
pub use entry::ENTRIES;
pub use entry::{Around, Worker, init, is_worker, stop_requested};
pub use failure::{Death, Failure, StartError};
pub use linkme;
pub use registry::{Answer, FUNCTIONS, Function};
pub use reply::Reply;
pub use shape::Shape;
pub use stats::Stats;
pub use workers::Workers;
