//! Frames: the fixed head in front of every message between a pool and its workers.

use std::fmt;

/// The length of a head.
pub(crate) const HEAD: usize = 24;

/// Placeholder for the head, in a buffer that arguments are appended to.
pub(crate) const ROOM: [u8; HEAD] = *b"room for the frame head.";

/// How much longer than the largest result a message of a worker may be. Room for a text, which `text.rs` bounds to half of
/// this.
pub(crate) const SLACK: usize = 128 << 10;

/// The protocol, with its version in the last digit. A pool and a worker with different versions refuse each other. The version is raised
/// when heads, messages or values are written in another way.
pub(crate) const PROTOCOL: u16 = 0x0ff2;

/// The digits of `PROTOCOL` that every version has.
const FAMILY: u16 = 0xfff0;

/// A flag. In a call: headers follow the arguments. In a reply: the worker exits after it.
pub(crate) const EXTRA: u8 = 1;

/// The kind of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The first message of the pool: the configuration of the worker.
    Hello = 1,
    /// The first message of the worker: it is ready.
    Ready,
    /// The worker could not be made ready.
    Refusal,
    /// Arguments for a function.
    Call,
    /// The result of a function.
    Reply,
    /// The function panicked.
    Panic,
    /// The arguments or the result could not be encoded, or could not be decoded.
    Codec,
    /// The result is larger than allowed.
    TooLarge,
}

/// The fixed part of a message, 24 bytes in little-endian order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// The number of bytes that follow.
    pub(crate) body: usize,
    pub(crate) kind: Kind,
    pub(crate) extra: bool,
    /// Which call of this pool it belongs to.
    pub(crate) call: u64,
    /// The function of a call.
    pub(crate) key: u64,
}

impl Head {
    /// A head for a message that belongs to no call.
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            body: 0,
            kind,
            extra: false,
            call: 0,
            key: 0,
        }
    }

    pub(crate) fn read(bytes: &[u8; HEAD]) -> Result<Self, Broken> {
        let [b0, b1, b2, b3, kind, flags, p0, p1, rest @ ..] = *bytes;
        let [c0, c1, c2, c3, c4, c5, c6, c7, key @ ..] = rest;
        match u16::from_le_bytes([p0, p1]) {
            PROTOCOL if flags & !EXTRA == 0 => {}
            other if other != PROTOCOL && other & FAMILY == PROTOCOL & FAMILY => {
                return Err(Broken::Version(other & !FAMILY));
            }
            _ => return Err(Broken::Unknown),
        }
        Ok(Self {
            body: u32::from_le_bytes([b0, b1, b2, b3]) as usize,
            kind: Kind::read(kind).ok_or(Broken::Unknown)?,
            extra: flags & EXTRA != 0,
            call: u64::from_le_bytes([c0, c1, c2, c3, c4, c5, c6, c7]),
            key: u64::from_le_bytes(key),
        })
    }

    /// Writes the head into the space at the front of `frame`. The rest of `frame` must be complete.
    pub(crate) fn seal(mut self, frame: &mut [u8]) {
        let (head, body) = frame.split_at_mut(HEAD);
        self.body = body.len();
        head.copy_from_slice(&self.bytes());
    }

    fn bytes(self) -> [u8; HEAD] {
        // Builders and senders keep messages below four gigabytes. The reader would refuse a larger one, since its length is cut.
        let body = u32::try_from(self.body).unwrap_or(u32::MAX);
        let mut bytes = [0; HEAD];
        bytes[..4].copy_from_slice(&body.to_le_bytes());
        bytes[4] = self.kind as u8;
        bytes[5] = if self.extra { EXTRA } else { 0 };
        bytes[6..8].copy_from_slice(&PROTOCOL.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.call.to_le_bytes());
        bytes[16..].copy_from_slice(&self.key.to_le_bytes());
        bytes
    }
}

impl Kind {
    fn read(byte: u8) -> Option<Self> {
        use Kind::{Call, Codec, Hello, Panic, Ready, Refusal, Reply, TooLarge};
        let all = [Hello, Ready, Refusal, Call, Reply, Panic, Codec, TooLarge];
        all.into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// The bytes are not a frame of this protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    Unknown,
    /// They are one of that version of the protocol.
    Version(u16),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("the other side does not speak this protocol"),
            Self::Version(other) => write!(
                f,
                "the other side speaks version {other} of this protocol, and this one speaks version {}: both must be built with the same \
                 release of tokio-offload",
                PROTOCOL & !FAMILY
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_come_back_as_they_went() {
        for kind in 1..=8 {
            let head = Head {
                body: 5,
                kind: Kind::read(kind).unwrap(),
                extra: kind % 2 == 0,
                call: u64::MAX - 3,
                key: 0x0123_4567_89ab_cdef,
            };
            let mut frame = ROOM.to_vec();
            frame.extend_from_slice(b"12345");
            head.seal(&mut frame);
            let bytes = frame[..HEAD].try_into().unwrap();
            assert_eq!(Head::read(&bytes), Ok(head));
        }
    }

    #[test]
    fn room_is_no_head() {
        assert_eq!(Head::read(&ROOM), Err(Broken::Unknown));
        assert_eq!(Head::read(&[0; HEAD]), Err(Broken::Unknown));
    }

    #[test]
    fn a_head_of_another_version_is_told_apart() {
        for version in 0..16 {
            let mut bytes = Head::new(Kind::Ready).bytes();
            bytes[6] = bytes[6] & 0xf0 | version;
            let version = u16::from(version);
            let read = Head::read(&bytes);
            if version == PROTOCOL & !FAMILY {
                assert_eq!(read, Ok(Head::new(Kind::Ready)));
            } else {
                assert_eq!(read, Err(Broken::Version(version)));
            }
        }
    }
}
