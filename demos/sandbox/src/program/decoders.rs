//! The worker processes, their limits, and the function that runs in them.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};
use tokio_offload::{Error, Workers, offload};

use super::{decode, picture::Picture};

/// Two processes. A process that decodes for too long is killed, one that asks for too much memory does not get it. A new process
/// replaces each one that ends.
pub(crate) static DECODERS: Workers = Workers::new("decoders")
    .processes(PROCESSES)
    .timeout(TIME)
    .memory_limit(MEMORY)
    // The caller gets the panic. The location where a hostile file caused it need not be printed.
    .env(&[("RUST_BACKTRACE", "0")]);

pub(crate) const PROCESSES: usize = 2;
/// Without optimisation a decoder takes some twenty times as long, and then a second is not much on a busy machine.
pub(crate) const TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 4 } else { 1 });
pub(crate) const MEMORY: u64 = 256 << 20;

/// Decodes a picture, in a worker process.
#[offload(remote = DECODERS)]
pub(crate) fn decode(name: &str, bytes: &[u8]) -> Result<Picture, Trouble> {
    decode::picture(bytes).map_err(|reason| Trouble::Refused(format!("{name}: {reason}")))
}

/// Why there is no picture. It crosses between processes like any result.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Trouble {
    /// The decoder noticed that the file is broken.
    Refused(String),
    /// The call failed. `service.rs` uses `.outcome()` to tell this apart from the error above.
    Failed(Error),
}

/// A call to another process can always fail, so the function's error has a variant for that.
impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(reason) => f.write_str(reason),
            Self::Failed(error) => error.fmt(f),
        }
    }
}
