//! What the programs call: who the worker is and how its program was started.

use std::process;

use tokio_offload::{Error, Workers, offload};

static WORKERS: Workers = Workers::new("entry").processes(1);

/// The process that the body runs in.
#[offload(remote = WORKERS)]
pub fn worker() -> Result<u32, Error> {
    Ok(process::id())
}

/// Tells the test what became of a call: `worker` if another process answered it.
#[must_use]
pub fn told(answer: &Result<u32, Error>) -> String {
    match answer {
        Ok(id) if *id == process::id() => "here".into(),
        Ok(_) => "worker".into(),
        Err(error) => format!("{error:?}"),
    }
}
