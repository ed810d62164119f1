//! `Output`: a message while it is written, and its largest size.

use serde::Serialize;

use crate::wire::codec::{CodecError, encode_bytes_within, encode_within};

/// Encoded values, one after the other. A value that would make the message too large is refused as soon as that is known, so the
/// message in memory never exceeds the limit.
#[derive(Debug)]
pub struct Output {
    bytes: Vec<u8>,
    /// The length of the buffer before the message.
    before: usize,
    limit: usize,
}

impl Output {
    /// A message of at most `limit` bytes behind `bytes`, which are no part of it.
    pub fn new(bytes: Vec<u8>, limit: usize) -> Self {
        Self {
            before: bytes.len(),
            bytes,
            limit,
        }
    }

    /// Appends a value. When it fails, what was there is unchanged.
    pub fn encode<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
        let room = self.room();
        self.named(|bytes| encode_within(value, bytes, room))
    }

    /// What [`encode`](Self::encode) does for `[u8]`, as one block.
    pub fn encode_bytes(&mut self, value: &[u8]) -> Result<(), CodecError> {
        let room = self.room();
        self.named(|bytes| encode_bytes_within(value, bytes, room))
    }

    /// The message, with what was there before it.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn room(&self) -> usize {
        let message = self.bytes.len() - self.before;
        self.limit.saturating_sub(message)
    }

    /// Adds the limit to the error of a value, which only knows how much is missing.
    fn named(
        &mut self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), CodecError>,
    ) -> Result<(), CodecError> {
        let written = write(&mut self.bytes);
        written.map_err(|error| error.of_limit(self.limit))
    }
}

#[cfg(all(feature = "workers", target_os = "linux"))]
impl Output {
    /// All bytes, with those before the message.
    pub(crate) fn frame(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// Removes the message, and frees its memory if that is more than `most`. The next message has this limit.
    pub(crate) fn clear(&mut self, most: usize, limit: usize) {
        self.limit = limit;
        self.bytes.truncate(self.before);
        if self.bytes.capacity() > most {
            self.bytes.shrink_to(self.before);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::{Serialize, Serializer, ser::SerializeSeq};

    use super::Output;
    use crate::wire::codec::{Oversize, encode};

    const ELEVEN_OF_TEN: Option<Oversize> = Some(Oversize {
        bytes: 11,
        limit: 10,
    });

    #[test]
    fn the_limit_is_exact_and_what_was_there_does_not_count() {
        let mut output = Output::new(b"head".to_vec(), 10);
        output.encode("12345").unwrap();
        output.encode_bytes(&[1, 2]).unwrap();
        let error = output.encode_bytes(&[1]).unwrap_err();
        assert_eq!(error.too_large(), ELEVEN_OF_TEN);
        let error = output.encode("x").unwrap_err();
        assert_eq!(error.too_large(), ELEVEN_OF_TEN);
        assert!(error.to_string().contains("10"), "{error}");
        output.encode(&7_u8).unwrap();
        assert_eq!(output.encode(&7_u8).unwrap_err().too_large(), ELEVEN_OF_TEN);
        assert_eq!(output.into_bytes(), b"head\x0512345\x02\x01\x02\x07");
    }

    /// A value that ignores that it was refused, and returns `Ok`.
    struct Deaf;

    impl Serialize for Deaf {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            let mut items = to.serialize_seq(Some(100))?;
            for item in 0..100_u8 {
                let _ = items.serialize_element(&item);
            }
            items.end()
        }
    }

    #[test]
    fn a_type_that_goes_on_when_it_is_refused_is_refused() {
        let mut output = Output::new(Vec::new(), 10);
        let error = output.encode(&Deaf).unwrap_err();
        assert_eq!(error.too_large(), ELEVEN_OF_TEN);
        assert!(output.into_bytes().is_empty());
        encode(&Deaf, &mut Vec::new()).unwrap();
    }
}
