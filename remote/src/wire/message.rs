//! The messages between a pool and its workers, except for arguments and results.

use serde::{Deserialize, Serialize};

use crate::wire::{
    codec::{CodecError, Point, decode_end, decode_message, encode_message},
    frame::{HEAD, Head, Kind, ROOM},
};

/// The configuration of a worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hello {
    pub(crate) pool: String,
    pub(crate) functions: Vec<Known>,
    pub(crate) memory_limit: Option<u64>,
    pub(crate) core_dumps: bool,
    pub(crate) max_resident: Option<u64>,
    pub(crate) max_message: u64,
    pub(crate) stack_size: Option<u64>,
}

/// A function, as one side describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) fingerprint: u64,
}

/// Why a worker is not ready.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Refusal {
    Init(String),
    Mismatch(String),
    Registry(String),
}

/// A result that may not be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TooLarge {
    pub(crate) bytes: u64,
    pub(crate) limit: u64,
}

/// The context of a call, such as the ids of a trace.
pub(crate) type Headers = Vec<(String, String)>;

/// A complete frame that contains one of these messages.
pub(crate) fn frame<T: Serialize>(kind: Kind, message: &T) -> Vec<u8> {
    let mut frame = ROOM.to_vec();
    // Plain strings and numbers always encode.
    let encoded = encode_message(message, &mut frame);
    debug_assert!(encoded.is_ok(), "{encoded:?}");
    Head::new(kind).seal(&mut frame);
    frame
}

/// Decodes the message in `body`.
pub(crate) fn read<'de, T: Deserialize<'de>>(mut body: &'de [u8]) -> Result<T, CodecError> {
    let message = decode_message(&mut body)?;
    decode_end(body)?;
    Ok(message)
}

/// Appends the headers of a call after its arguments, and their length after them.
pub(crate) fn append_headers(headers: &Headers, frame: &mut Vec<u8>) -> Result<(), CodecError> {
    let start = frame.len();
    encode_message(headers, frame)?;
    let length = u32::try_from(frame.len() - start).map_err(|error| CodecError::new(&error))?;
    frame.extend_from_slice(&length.to_le_bytes());
    Ok(())
}

/// The arguments in the body of a call, and the headers after them if there are any.
pub(crate) fn split_headers(body: &[u8], extra: bool) -> Result<(&[u8], Headers), CodecError> {
    if !extra {
        return Ok((body, Headers::new()));
    }
    let split = body.split_last_chunk::<4>().and_then(|(body, length)| {
        let length = u32::from_le_bytes(*length) as usize;
        body.split_at_checked(body.len().checked_sub(length)?)
    });
    let Some((arguments, headers)) = split else {
        return Err(CodecError::new(&"the headers are cut off").at(Point::DecodeArguments));
    };
    let headers = read(headers).map_err(|error| error.at(Point::DecodeArguments))?;
    Ok((arguments, headers))
}

impl Point {
    fn number(self) -> u8 {
        match self {
            Self::EncodeArguments => 0,
            Self::DecodeArguments => 1,
            Self::EncodeResult => 2,
            Self::DecodeResult => 3,
        }
    }

    fn numbered(number: u8) -> Self {
        match number {
            0 => Self::EncodeArguments,
            1 => Self::DecodeArguments,
            2 => Self::EncodeResult,
            _ => Self::DecodeResult,
        }
    }
}

/// The frame that carries a failure of the codec to the caller.
pub(crate) fn codec_frame(error: &CodecError) -> Vec<u8> {
    frame(Kind::Codec, &(error.point().number(), error.message()))
}

/// The failure in the body of such a frame.
pub(crate) fn read_codec(body: &[u8]) -> Result<CodecError, CodecError> {
    let (point, message): (u8, String) = read(body)?;
    Ok(CodecError::new(&message).at(Point::numbered(point)))
}

const _: () = assert!(HEAD == ROOM.len());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_stand_behind_arguments() {
        let headers = vec![("trace".to_owned(), "00-1-2-01".to_owned())];
        let mut body = b"arguments".to_vec();
        append_headers(&headers, &mut body).unwrap();
        assert_eq!(
            split_headers(&body, true).unwrap(),
            (&b"arguments"[..], headers)
        );
        assert_eq!(
            split_headers(b"arguments", false).unwrap(),
            (&b"arguments"[..], Headers::new())
        );
    }

    #[test]
    fn headers_that_are_cut_are_refused() {
        for body in [
            &b""[..],
            b"abc",
            &[9, 0, 0, 0],
            &[1, 2, 3, 255, 255, 255, 255],
        ] {
            assert!(split_headers(body, true).is_err());
        }
    }

    #[test]
    fn failures_of_the_codec_keep_their_point() {
        let points = [
            Point::EncodeArguments,
            Point::DecodeArguments,
            Point::EncodeResult,
            Point::DecodeResult,
        ];
        for point in points {
            let error = CodecError::new(&"x").at(point);
            assert_eq!(read_codec(&codec_frame(&error)[HEAD..]).unwrap(), error);
        }
    }
}
