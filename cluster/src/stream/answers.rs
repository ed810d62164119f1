//! The server's answers to tickets, and to questions about the streams that hold them.

use async_nats::{Message, StatusCode};
use serde_json::Value;

use super::{NO_STREAM, code, text, time};
use crate::dispatcher::{Ack, StreamInfo};

/// What the server says if the stream is full. Its code is that of all errors of the place where a stream is kept, also of a full disk.
const FULL: [&str; 2] = ["maximum messages", "maximum bytes"];

/// The server's error code if the account may store no more, which others may have filled. Its status is that of a wrong request.
const NO_ROOM: u64 = 10002;

/// Reads the server's answer to a ticket.
pub(crate) fn ack(message: &Message) -> Ack {
    if message.status == Some(StatusCode::NO_RESPONDERS) {
        return Ack::NoStream;
    }
    match serde_json::from_slice::<Value>(&message.payload) {
        Ok(said) => match said.get("error") {
            None => Ack::Accepted(said.get("seq").and_then(Value::as_u64).unwrap_or(0)),
            Some(error) => refused(error),
        },
        Err(_) => Ack::Refused("the server's word on a ticket cannot be read".to_owned()),
    }
}

/// Why the server did not take a ticket.
fn refused(error: &Value) -> Ack {
    let why = text(error);
    if FULL.iter().any(|full| why.contains(full)) {
        return Ack::Full;
    }
    // Another server becomes the leader of the stream, too much has come at once, or the disk is full.
    let status = error.get("code").and_then(Value::as_u64);
    if matches!(status, Some(429 | 503)) || code(error) == NO_ROOM {
        Ack::Later(why)
    } else {
        Ack::Refused(why)
    }
}

/// Reads the server's answer to a question about a stream. `None` if it does not say which tickets it has.
pub(crate) fn kept(message: &Message) -> Option<StreamInfo> {
    let said: Value = serde_json::from_slice(&message.payload).ok()?;
    if said.get("error").map(code) == Some(NO_STREAM) {
        return Some(StreamInfo {
            first: 1,
            last: 0,
            age: None,
            created: None,
        });
    }
    let number = |path| said.pointer(path).and_then(Value::as_u64);
    let text = |name| said.get(name)?.as_str();
    let time = |name| time::since_epoch(text(name)?);
    // Both times are the server's. Those before 2.10 say only one of them.
    let age = time("ts").zip(time("created"));
    Some(StreamInfo {
        first: number("/state/first_seq")?,
        last: number("/state/last_seq")?,
        // A clock that was set back says nothing.
        age: age.and_then(|(now, made)| now.checked_sub(made)),
        created: text("created").map(str::to_owned),
    })
}
