//! Functions whose bodies run in worker processes: every form, every end, and what a caller can do with a call.
//!
//! This binary is its own worker, through the feature `test-util`. Bodies meet their test at a `Gate`, so nothing here
//! waits for a time to pass.

#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "the forms are the subject, not what one would write; the target `denied` asks for every lint"
)]

mod bodies;
mod borrowed;
mod calls;
mod calls_ended;
mod codecs;
mod context;
mod endless;
mod ends;
mod fields;
mod foreign_remote;
mod forms;
mod gate;
mod hostile;
mod large_arguments;
mod limits;
mod names;
mod no_prelude;
mod runtimes;
mod watched;

use std::{
    env, fmt,
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
};

use serde::{Deserialize, Serialize};
use tokio_offload::{Error, Workers};

/// The workers of most tests. They are many, so that a test at its gate holds up nobody.
static WORKERS: Workers = Workers::new("forms")
    .processes(4)
    .env(&[("OFFLOAD_TEST", "worker")]);

/// Says that a body runs in a worker.
fn elsewhere() {
    assert_eq!(
        env::var("OFFLOAD_TEST").as_deref(),
        Ok("worker"),
        "the body runs in the process of its caller"
    );
}

/// The error of the functions here.
#[derive(Debug, Serialize, Deserialize)]
enum Failed {
    /// Of the body's own.
    Own(String),
    /// Of the call.
    Call(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self::Own(error.to_string())
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(text) => f.write_str(text),
            Self::Call(error) => error.fmt(f),
        }
    }
}

/// The error of a call, from where `.await` puts it.
#[track_caller]
fn call_error<T: fmt::Debug>(result: Result<T, Failed>) -> Error {
    match result {
        Err(Failed::Call(error)) => error,
        other => panic!("not the error of a call: {other:?}"),
    }
}

/// Polls once, for the task that asks.
async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await
}
