#![doc = include_str!("../README.md")]

#[cfg(not(target_os = "linux"))]
compile_error!("worker processes need Linux: build `tokio-offload` without its feature `process`");

// One module around all others, so that elsewhere the line above is the only error.
#[cfg(target_os = "linux")]
#[path = "."]
mod engine {
    pub(crate) mod bounded_de;
    pub(crate) mod bounded_ser;
    pub(crate) mod buffers;
    pub(crate) mod builder;
    pub(crate) mod call;
    pub(crate) mod child;
    pub(crate) mod codec;
    pub(crate) mod config;
    #[cfg(all(feature = "test-util", not(test)))]
    pub(crate) mod constructor;
    pub(crate) mod crew;
    pub(crate) mod entry;
    pub(crate) mod errands;
    pub(crate) mod exchange;
    pub(crate) mod failure;
    pub(crate) mod family;
    pub(crate) mod frame;
    #[cfg(test)]
    pub(crate) mod fuzz;
    pub(crate) mod incoming;
    pub(crate) mod keeper;
    pub(crate) mod limits;
    pub(crate) mod link;
    pub(crate) mod message;
    pub(crate) mod monitor;
    pub(crate) mod news;
    pub(crate) mod privileges;
    pub(crate) mod probe_io;
    pub(crate) mod program;
    pub(crate) mod quiet;
    pub(crate) mod registration;
    pub(crate) mod registry;
    pub(crate) mod reply;
    pub(crate) mod request;
    pub(crate) mod roster;
    pub(crate) mod shape;
    pub(crate) mod start;
    pub(crate) mod stats;
    pub(crate) mod summons;
    pub(crate) mod sync;
    pub(crate) mod ticket;
    pub(crate) mod transfer;
    pub(crate) mod watch;
    pub(crate) mod worker;
    pub(crate) mod workers;

    pub use call::Call;
    pub use codec::{CodecError, Point, decode, decode_bytes, decode_end, encode, encode_bytes};
    #[cfg(feature = "test-util")]
    pub use entry::ENTRIES;
    pub use entry::{Around, Worker, init, is_worker, stop_requested};
    pub use failure::{Cause, Death, Failure, StartError};
    pub use linkme;
    pub use registry::{Answer, FUNCTIONS, Function};
    pub use reply::Reply;
    pub use shape::Shape;
    pub use stats::Stats;
    pub use workers::Workers;
}

#[cfg(target_os = "linux")]
pub use engine::*;
