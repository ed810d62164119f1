//! The bare server, used directly: the lower bound of the cost of a call.

pub(crate) mod core;
pub(crate) mod jetstream;

use bytes::Bytes;

use crate::scenario::Work;

/// The work as a message: eight bytes are a time to sleep, and any other message asks for its length.
fn message(work: Work, bytes: &[u8]) -> Bytes {
    match work {
        Work::Nothing => Bytes::new(),
        Work::Length(_) => Bytes::copy_from_slice(bytes),
        Work::Sleep(time) => Bytes::copy_from_slice(&micros(time).to_le_bytes()),
    }
}

fn micros(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// Does the work of a message, and returns the answer.
async fn body(payload: &[u8]) -> Bytes {
    if let Ok(micros) = payload.try_into().map(u64::from_le_bytes) {
        tokio::time::sleep(std::time::Duration::from_micros(micros)).await;
    }
    Bytes::copy_from_slice(&(payload.len() as u64).to_le_bytes())
}
