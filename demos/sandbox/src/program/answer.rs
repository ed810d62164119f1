//! The result of a call, by its type and in words.

use tokio_offload::{Error, Panic, WorkerExit};

use super::{decoders::Trouble, picture::Picture};

/// The three kinds of ends: a picture, an error that the decoder returned, and an end of the call.
pub(crate) fn in_words(outcome: Result<Result<Picture, Trouble>, Error>) -> String {
    match outcome {
        Ok(Ok(picture)) => picture.to_string(),
        Ok(Err(trouble)) => format!("refused: {trouble}"),
        Err(Error::TimedOut(limit)) => format!("killed after {limit:?}"),
        Err(Error::WorkerDied(death)) => died(&death),
        Err(Error::Panicked(panic)) => panicked(&panic),
        Err(other) => format!("failed: {other}"),
    }
}

fn died(death: &WorkerExit) -> String {
    let pid = death.pid();
    match (death.signal(), death.code()) {
        (Some(6), _) => format!("died of SIGABRT, pid {pid}"),
        (Some(11), _) => format!("died of SIGSEGV, pid {pid}"),
        (Some(signal), _) => format!("died of signal {signal}, pid {pid}"),
        (None, Some(code)) => format!("exited with code {code}, pid {pid}"),
        (None, None) => format!("died, pid {pid}"),
    }
}

/// The message of an error, without the folder in which the file is.
fn panicked(panic: &Panic) -> String {
    let place = panic.location().unwrap_or("an unknown place");
    let place = place.rsplit('/').next().unwrap_or(place);
    let message = panic.message().unwrap_or_default();
    format!("panicked at {place}: {message}")
}
