#![doc = include_str!("../README.md")]

#[cfg(all(feature = "workers", not(target_os = "linux")))]
compile_error!(
    "worker processes need Linux: build `tokio-offload` with its feature `remote` in place of `process`"
);

// What any call is that runs elsewhere.
mod error;
mod fault;
mod fingerprint;
mod functions;
mod panics;
mod reply;
mod text;
mod wire;

// Worker processes.
#[cfg(all(feature = "workers", target_os = "linux"))]
mod call;
#[cfg(all(feature = "workers", target_os = "linux"))]
mod child;
#[cfg(all(feature = "workers", target_os = "linux"))]
mod config;
#[cfg(all(feature = "workers", target_os = "linux"))]
mod pool;
#[cfg(all(feature = "workers", target_os = "linux"))]
mod process;
#[cfg(all(feature = "workers", target_os = "linux"))]
mod role;
#[cfg(all(feature = "workers", target_os = "linux"))]
mod sync;
#[cfg(all(feature = "workers", target_os = "linux"))]
mod system;
#[cfg(all(feature = "workers", target_os = "linux"))]
mod timer;
#[cfg(all(feature = "workers", target_os = "linux"))]
mod unwind;

/// What the facade, and code written by the attribute, may name of worker processes.
#[cfg(all(feature = "workers", target_os = "linux"))]
mod workers {
    #[cfg(feature = "test-util")]
    pub use crate::child::init::TOKIO_OFFLOAD_0_1_ENTRIES as ENTRIES;
    pub use crate::{
        call::Call,
        child::{
            hooks::{Around, WorkerHooks},
            init::{init, is_worker, stop_requested},
        },
        config::Config,
        pool::{Workers, stats::Stats},
    };
}

pub use error::{Failure, Loss, StartError, WorkerExit, WorkerFault};
pub use fingerprint::Fingerprint;
pub use functions::place::{Expected, NodeCounts, Ongoing, Remote};
pub use functions::{Answer, Function, TOKIO_OFFLOAD_0_1_FUNCTIONS as FUNCTIONS, Table, table};
pub use linkme;
pub use panics::{Panic, caught_panic, note_panics};
pub use reply::Reply;
pub use wire::codec::{
    CodecError, Oversize, Point, decode, decode_bytes, decode_end, decode_message, encode,
    encode_bytes, encode_message,
};
pub use wire::output::Output;
#[cfg(all(feature = "workers", target_os = "linux"))]
pub use workers::*;
