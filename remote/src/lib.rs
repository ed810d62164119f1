#![doc = include_str!("../README.md")]

#[cfg(not(target_os = "linux"))]
compile_error!("worker processes need Linux: build `tokio-offload` without its feature `process`");

#[cfg(target_os = "linux")]
mod call;
#[cfg(target_os = "linux")]
mod child;
#[cfg(target_os = "linux")]
mod config;
#[cfg(target_os = "linux")]
mod error;
#[cfg(target_os = "linux")]
mod fingerprint;
#[cfg(target_os = "linux")]
mod pool;
#[cfg(target_os = "linux")]
mod process;
#[cfg(target_os = "linux")]
mod role;
#[cfg(target_os = "linux")]
mod sync;
#[cfg(target_os = "linux")]
mod system;
#[cfg(target_os = "linux")]
mod timer;
#[cfg(target_os = "linux")]
mod unwind;
#[cfg(target_os = "linux")]
mod wire;

/// What the facade, and code written by the attribute, may name.
#[cfg(target_os = "linux")]
mod exports {
    #[cfg(feature = "test-util")]
    pub use crate::child::init::ENTRIES;
    pub use crate::{
        call::{Call, reply::Reply},
        child::{
            hooks::{Around, WorkerHooks},
            init::{init, is_worker, stop_requested},
        },
        error::{Cause, Death, Failure, StartError},
        fingerprint::Shape,
        pool::{
            Workers,
            functions::{Answer, FUNCTIONS, Function},
            stats::Stats,
        },
        wire::codec::{CodecError, Point, decode, decode_bytes, decode_end, encode, encode_bytes},
    };
    pub use linkme;
}

#[cfg(target_os = "linux")]
pub use exports::*;
