//! The bare server, used as one would by hand: what a call costs at least.

pub(crate) mod core;
pub(crate) mod jetstream;

use bytes::Bytes;

use crate::scenario::Work;

/// What is to be done, as the first bytes of a message. What is sent to be counted says so by being long.
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

/// Does what a message says, and has what is to be answered.
async fn body(payload: &[u8]) -> Bytes {
    if let Ok(micros) = payload.try_into().map(u64::from_le_bytes) {
        tokio::time::sleep(std::time::Duration::from_micros(micros)).await;
    }
    Bytes::copy_from_slice(&(payload.len() as u64).to_le_bytes())
}
