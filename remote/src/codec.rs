//! Values as bytes and back.

use std::{error, fmt};

use serde::{Deserialize, Serialize};

/// Appends a value to what is there.
pub fn encode<T: Serialize + ?Sized>(value: &T, output: &mut Vec<u8>) -> Result<(), CodecError> {
    let taken = std::mem::take(output);
    match postcard::to_extend(value, taken) {
        Ok(filled) => {
            *output = filled;
            Ok(())
        }
        Err(error) => Err(CodecError::new(&error)),
    }
}

/// Takes a value from the front of `input`, borrowing from it where the type can.
pub fn decode<'de, T: Deserialize<'de>>(input: &mut &'de [u8]) -> Result<T, CodecError> {
    let (value, rest) =
        postcard::take_from_bytes(input).map_err(|error| CodecError::new(&error))?;
    *input = rest;
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
    let mut length = value.len();
    while length >= 0x80 {
        output.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    output.push(length as u8);
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
    pub(crate) fn new(error: &dyn fmt::Display) -> Self {
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
