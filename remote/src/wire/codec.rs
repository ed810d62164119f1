//! Encodes values to bytes and decodes them, in the format `postcard`. Another format is a change of protocol: messages are written in it
//! too, and the bounds in `limits` count what it reads and writes.

use std::{cell::RefCell, error, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    text::short,
    wire::{bounded_de, bounded_ser, limits::Limits, sink::Sink},
};

/// Appends an encoded value to the buffer. If encoding fails, the earlier contents are unchanged.
///
/// Fails if the value is nested too deep, or has too many elements without bytes, for a reader to accept it.
pub fn encode<T: Serialize + ?Sized>(value: &T, output: &mut Vec<u8>) -> Result<(), CodecError> {
    encode_within(value, output, usize::MAX)
}

/// The same for at most `room` bytes. A value that needs more is not visited to its end.
pub(crate) fn encode_within<T: Serialize + ?Sized>(
    value: &T,
    output: &mut Vec<u8>,
    room: usize,
) -> Result<(), CodecError> {
    write(value, output, room, true)
}

/// Like [`encode`], for a message that both sides know: without the check at its end that structs have the same fields.
pub fn encode_message<T: Serialize + ?Sized>(
    message: &T,
    output: &mut Vec<u8>,
) -> Result<(), CodecError> {
    write(message, output, usize::MAX, false)
}

fn write<T: Serialize + ?Sized>(
    value: &T,
    output: &mut Vec<u8>,
    room: usize,
    is_checked: bool,
) -> Result<(), CodecError> {
    let before = output.len();
    let limits = RefCell::new(Limits::to_write(room));
    let bounded = bounded_ser::BoundedSer::new(value, &limits);
    let mut written = postcard::serialize_with_flavor(&bounded, Sink::new(output, &limits));
    if is_checked && written.is_ok() {
        written = Sink::new(output, &limits).finish();
    }
    let limits = limits.into_inner();
    let error = match written {
        Err(error) => error,
        // The value ignored that it was refused.
        Ok(()) if limits.is_exceeded() => postcard::Error::SerializeBufferFull,
        Ok(()) => return Ok(()),
    };
    output.truncate(before);
    Err(CodecError::of(&error, limits))
}

/// Takes a value from the front of `input`, borrowing from it where the type can.
///
/// A value that is nested too deep, or becomes too large, fails, whatever the bytes are: see `limits`. So does one whose structs were
/// written with other fields.
pub fn decode<'de, T: Deserialize<'de>>(input: &mut &'de [u8]) -> Result<T, CodecError> {
    read(input, true)
}

/// Takes what [`encode_message`] has written.
pub fn decode_message<'de, T: Deserialize<'de>>(input: &mut &'de [u8]) -> Result<T, CodecError> {
    read(input, false)
}

fn read<'de, T: Deserialize<'de>>(
    input: &mut &'de [u8],
    is_checked: bool,
) -> Result<T, CodecError> {
    let mut limits = Limits::of(input.len());
    let mut format = postcard::Deserializer::from_bytes(input);
    let read = T::deserialize(bounded_de::BoundedDe::new(&mut format, &mut limits));
    let value = read.map_err(|wrong| CodecError::new(&wrong))?;
    // The type may have ignored that it was refused.
    if let Some(why) = limits.reason().filter(|_| limits.is_exceeded()) {
        return Err(CodecError::new(&why));
    }
    let groups = limits.groups;
    let rest = format
        .finalize()
        .map_err(|error| CodecError::of(&error, limits))?;
    *input = match is_checked.then(|| groups.compare(rest)) {
        None => rest,
        Some(Ok(rest)) => rest,
        Some(Err(different)) => return Err(CodecError::new(&different)),
    };
    Ok(value)
}

/// Nothing may be left over.
pub fn decode_end(input: &[u8]) -> Result<(), CodecError> {
    match input.len() {
        0 => Ok(()),
        bytes => Err(CodecError::new(&format_args!("{bytes} bytes too many"))),
    }
}

/// Like [`encode`], for `[u8]`: the bytes are copied as one block.
pub fn encode_bytes(value: &[u8], output: &mut Vec<u8>) -> Result<(), CodecError> {
    encode_bytes_within(value, output, usize::MAX)
}

/// The same for at most `room` bytes.
pub(crate) fn encode_bytes_within(
    value: &[u8],
    output: &mut Vec<u8>,
    room: usize,
) -> Result<(), CodecError> {
    let before = output.len();
    encode_within(&value.len(), output, room)?;
    let all = (output.len() - before).saturating_add(value.len());
    if let Some(missing) = all.checked_sub(room).filter(|missing| *missing > 0) {
        output.truncate(before);
        return Err(CodecError::missing(missing));
    }
    output.extend_from_slice(value);
    Ok(())
}

/// Like [`decode`], for `[u8]`, without a copy.
pub fn decode_bytes<'de>(input: &mut &'de [u8]) -> Result<&'de [u8], CodecError> {
    decode::<&[u8]>(input)
}

/// A value that could not be turned into bytes, or bytes that are no such value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodecError {
    point: Point,
    message: String,
    too_large: Option<Oversize>,
}

/// The size of a message that is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oversize {
    /// How many bytes it would have had, at least.
    pub bytes: usize,
    /// How many it may have.
    pub limit: usize,
}

/// Where in a call a codec failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// The caller's arguments.
    EncodeArguments,
    /// The arguments that arrived in the worker.
    DecodeArguments,
    /// The result of the body.
    EncodeResult,
    /// The result that arrived at the caller.
    DecodeResult,
}

impl CodecError {
    /// With the message of the type or limit that refused the value, or otherwise of the format.
    fn of(error: &postcard::Error, limits: Limits) -> Self {
        match (limits.missing(), limits.into_reason()) {
            (Some(missing), _) => Self::missing(missing),
            (None, Some(why)) => Self::new(&why),
            (None, None) => Self::new(error),
        }
    }

    /// For a value that needs this many bytes more than there was room for. [`of_limit`](Self::of_limit) adds how many were allowed.
    pub(crate) fn missing(bytes: usize) -> Self {
        Self {
            too_large: Some(Oversize { bytes, limit: 0 }),
            ..Self::new(&"it takes more bytes than allowed")
        }
    }

    /// The same error, of a message that may have this many bytes.
    pub(crate) fn of_limit(self, limit: usize) -> Self {
        let Some(Oversize { bytes: missing, .. }) = self.too_large else {
            return self;
        };
        Self {
            too_large: Some(Oversize {
                bytes: limit.saturating_add(missing),
                limit,
            }),
            message: format!("it takes more than the {limit} bytes that are allowed"),
            ..self
        }
    }

    /// A value that failed for this reason, for now as an argument that could not be encoded: see [`at`](Self::at).
    pub fn new(error: &dyn fmt::Display) -> Self {
        Self {
            point: Point::EncodeArguments,
            message: short(error),
            too_large: None,
        }
    }

    /// The same error, found there.
    #[must_use]
    pub fn at(self, point: Point) -> Self {
        Self { point, ..self }
    }

    /// Where in the call it happened.
    pub fn point(&self) -> Point {
        self.point
    }

    /// If the message would have been too large: by how much.
    pub fn too_large(&self) -> Option<Oversize> {
        self.too_large
    }

    /// Why it failed.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.point {
            Point::EncodeArguments => "the arguments could not be encoded",
            Point::DecodeArguments => "the arguments could not be decoded",
            Point::EncodeResult => "the result could not be encoded",
            Point::DecodeResult => "the result could not be decoded",
        };
        write!(f, "{what}: {}", self.message)
    }
}

impl error::Error for CodecError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_stand_one_after_the_other() {
        let mut bytes = Vec::new();
        encode("text", &mut bytes).unwrap();
        encode(&7_u32, &mut bytes).unwrap();
        let mut input = &bytes[..];
        assert_eq!(decode::<&str>(&mut input).unwrap(), "text");
        assert_eq!(decode::<u32>(&mut input).unwrap(), 7);
        decode_end(input).unwrap();
        assert!(decode::<u32>(&mut input).is_err());
    }

    #[test]
    fn bytes_as_a_block_are_the_same_bytes() {
        for length in [0, 1, 127, 128, 16384, 70000] {
            let value = vec![9_u8; length];
            let (mut fast, mut slow) = (Vec::new(), Vec::new());
            encode_bytes(&value, &mut fast).unwrap();
            encode(&value, &mut slow).unwrap();
            assert_eq!(fast, slow);
            assert_eq!(decode_bytes(&mut &fast[..]).unwrap(), value);
        }
    }

    #[test]
    fn a_value_that_fails_leaves_nothing_behind() {
        struct Half;
        impl Serialize for Half {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                use serde::ser::{Error, SerializeSeq};
                let mut seq = to.serialize_seq(Some(2))?;
                seq.serialize_element(&1_u8)?;
                Err(S::Error::custom("no second half"))
            }
        }
        let mut bytes = b"before".to_vec();
        assert!(encode(&Half, &mut bytes).is_err());
        assert_eq!(bytes, b"before");
        assert!(decode_end(b"x").is_err());
    }
}
