//! `Output`: a message while it is written, and its largest size.

use std::mem;

use serde::Serialize;

use crate::wire::codec::{CodecError, encode_bytes_within, encode_within};

/// The most bytes that [`Output::if_small`] writes one by one, and as one block. Chosen by the benchmark `codec` of `remote`: at these
/// sizes it takes 170 us to write the worst kind, short strings, and 40 us to copy a block, which delay an async worker little. To ask
/// another thread takes 13 us.
const SMALL: usize = 32 << 10;
const SMALL_BLOCK: usize = 1 << 20;

/// Encoded values, one after the other. A value that would make the message too large is refused as soon as that is known, so the
/// message in memory never exceeds the limit.
#[derive(Debug)]
pub struct Output {
    bytes: Vec<u8>,
    /// The length of the buffer before the message.
    before: usize,
    limit: usize,
    /// How many bytes of the message were not copied as a block.
    one_by_one: usize,
    accepts: Accepts,
}

/// Which values are written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Accepts {
    All,
    Small,
    /// Small ones, and there was a large one.
    SmallMet,
}

impl Output {
    /// A message of at most `limit` bytes behind `bytes`, which are no part of it.
    pub fn new(bytes: Vec<u8>, limit: usize) -> Self {
        Self {
            before: bytes.len(),
            bytes,
            limit,
            one_by_one: 0,
            accepts: Accepts::All,
        }
    }

    /// Appends a value. When it fails, what was there is unchanged.
    pub fn encode<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
        let before = self.bytes.len();
        let small = SMALL.saturating_sub(self.one_by_one);
        self.append(small, |bytes, room| encode_within(value, bytes, room))?;
        self.one_by_one += self.bytes.len() - before;
        Ok(())
    }

    /// What [`encode`](Self::encode) does for `[u8]`, as one block.
    pub fn encode_bytes(&mut self, value: &[u8]) -> Result<(), CodecError> {
        let small = SMALL_BLOCK.saturating_sub(self.len());
        self.append(small, |bytes, room| encode_bytes_within(value, bytes, room))
    }

    /// An empty message, for a part of this one.
    #[must_use]
    pub fn part(&self) -> Self {
        Self::new(Vec::new(), self.limit)
    }

    /// Appends the message of `part`.
    pub fn encode_part(&mut self, part: &Self) -> Result<(), CodecError> {
        let part = &part.bytes[part.before..];
        self.append(usize::MAX, |bytes, room| {
            if let Some(missing) = part.len().checked_sub(room).filter(|missing| *missing > 0) {
                return Err(CodecError::missing(missing));
            }
            bytes.extend_from_slice(part);
            Ok(())
        })
    }

    /// Lets `write`, which must not panic, append one value. If that makes the message large, nothing is appended and it returns
    /// `None`: a thread that may block should write the value.
    pub fn if_small(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<(), CodecError>,
    ) -> Option<Result<(), CodecError>> {
        self.accepts = Accepts::Small;
        let written = write(self);
        let accepts = mem::replace(&mut self.accepts, Accepts::All);
        Some(written).filter(|_| accepts == Accepts::Small)
    }

    /// The message, with what was there before it.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn len(&self) -> usize {
        self.bytes.len() - self.before
    }

    /// Lets `write` append at most the bytes for which there is room, or `small` bytes if only small values are written.
    fn append(
        &mut self,
        small: usize,
        write: impl FnOnce(&mut Vec<u8>, usize) -> Result<(), CodecError>,
    ) -> Result<(), CodecError> {
        let all = self.limit.saturating_sub(self.len());
        let room = match self.accepts {
            Accepts::All => all,
            _ => all.min(small),
        };
        write(&mut self.bytes, room).map_err(|error| {
            if room < all && error.too_large().is_some() {
                self.accepts = Accepts::SmallMet;
            }
            // The error of a value only knows how much is missing.
            error.of_limit(self.limit)
        })
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
        self.one_by_one = 0;
        self.bytes.truncate(self.before);
        if self.bytes.capacity() > most {
            self.bytes.shrink_to(self.before);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::{Serialize, Serializer, ser::SerializeSeq};

    use super::{Output, SMALL, SMALL_BLOCK};
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

    #[test]
    fn a_large_value_is_left_to_another_thread() {
        let small = "x".repeat(SMALL / 2);
        let mut output = Output::new(b"head".to_vec(), 10 * SMALL_BLOCK);
        assert_eq!(
            output.if_small(|output| output.encode(&small)),
            Some(Ok(()))
        );
        let before = output.bytes.clone();
        assert_eq!(output.if_small(|output| output.encode(&small)), None);
        assert_eq!(output.bytes, before);
        output.encode(&small).unwrap();
        assert_eq!(output.if_small(|output| output.encode(&7_u8)), None);
    }

    #[test]
    fn a_block_is_small_for_longer() {
        let mut output = Output::new(Vec::new(), 10 * SMALL_BLOCK);
        let block = vec![7; SMALL_BLOCK - 10];
        for block in [&block[..], &[7]] {
            assert_eq!(
                output.if_small(|output| output.encode_bytes(block)),
                Some(Ok(()))
            );
        }
        assert_eq!(output.if_small(|output| output.encode_bytes(&block)), None);
        assert_eq!(output.if_small(|output| output.encode(&7_u8)), Some(Ok(())));
    }

    #[test]
    fn what_is_too_large_is_refused_at_once() {
        let mut output = Output::new(Vec::new(), 10);
        let written = output.if_small(|output| output.encode("1234567890"));
        let error = written.expect("it is refused").unwrap_err();
        assert_eq!(error.too_large(), ELEVEN_OF_TEN);
    }

    #[test]
    fn a_part_counts_against_the_limit() {
        let mut part = Output::new(b"elsewhere".to_vec(), 10);
        part.encode("1234").unwrap();
        let mut output = Output::new(b"head".to_vec(), 10);
        output.encode_part(&part).unwrap();
        output.encode_part(&part).unwrap();
        output.encode(&7_u8).unwrap_err();
        assert_eq!(output.into_bytes(), b"head\x041234\x041234");
        let mut output = Output::new(Vec::new(), 4);
        let size = output.encode_part(&part).unwrap_err().too_large();
        assert_eq!(size, Some(Oversize { bytes: 5, limit: 4 }));
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
