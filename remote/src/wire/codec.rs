//! Values as bytes and back.

use std::{cell::RefCell, error, fmt};

use postcard::ser_flavors::Flavor;
use serde::{Deserialize, Serialize};

use crate::wire::{bounded_de, bounded_ser, limits::Limits};

/// Appends a value to what is there. When it fails, what was there is unchanged.
///
/// A value nested deeper than it could be read fails.
pub fn encode<T: Serialize + ?Sized>(value: &T, output: &mut Vec<u8>) -> Result<(), CodecError> {
    let before = output.len();
    let limits = RefCell::new(Limits::of(0));
    let bounded = bounded_ser::Within::new(value, &limits);
    let written = postcard::serialize_with_flavor(&bounded, Sink(output));
    written.map_err(|error| {
        output.truncate(before);
        CodecError::of(&error, limits.into_inner())
    })
}

/// Takes a value from the front of `input`, borrowing from it where the type can.
///
/// A value that is nested too deep, or becomes too large, fails, whatever the bytes are: see the file `limits.rs`.
pub fn decode<'de, T: Deserialize<'de>>(input: &mut &'de [u8]) -> Result<T, CodecError> {
    let mut limits = Limits::of(input.len());
    let mut format = postcard::Deserializer::from_bytes(input);
    let read = T::deserialize(bounded_de::Within::new(&mut format, &mut limits));
    let value = read.map_err(|wrong| CodecError::new(&wrong))?;
    *input = format
        .finalize()
        .map_err(|error| CodecError::of(&error, limits))?;
    Ok(value)
}

/// Nothing may be left over.
pub fn decode_end(input: &[u8]) -> Result<(), CodecError> {
    match input.len() {
        0 => Ok(()),
        bytes => Err(CodecError::new(&format_args!("{bytes} bytes too many"))),
    }
}

/// What [`encode`] does for `[u8]`, as one block.
pub fn encode_bytes(value: &[u8], output: &mut Vec<u8>) -> Result<(), CodecError> {
    encode(&value.len(), output)?;
    output.extend_from_slice(value);
    Ok(())
}

/// What [`decode`] does for `[u8]`, without a copy.
pub fn decode_bytes<'de>(input: &mut &'de [u8]) -> Result<&'de [u8], CodecError> {
    decode::<&[u8]>(input)
}

/// A value that could not be turned into bytes, or bytes that are no such value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodecError {
    point: Point,
    message: String,
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
    /// In the words of whoever refused the value, or else of the format.
    fn of(error: &postcard::Error, limits: Limits) -> Self {
        match limits.why() {
            Some(why) => Self::new(&why),
            None => Self::new(error),
        }
    }

    /// A value that failed for this reason, for now as an argument that could not be encoded: see [`at`](Self::at).
    pub fn new(error: &dyn fmt::Display) -> Self {
        Self {
            point: Point::EncodeArguments,
            message: error.to_string(),
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

    /// What was wrong.
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

/// Appends to a buffer that stays the caller's, also when a value turns out not to be encodable.
struct Sink<'a>(&'a mut Vec<u8>);

impl Flavor for Sink<'_> {
    type Output = ();

    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(data);
        Ok(())
    }

    fn try_push(&mut self, data: u8) -> postcard::Result<()> {
        self.0.push(data);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

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
