//! Reads one message: its head, then exactly as many bytes as the head says.

use crate::wire::{
    buffers::KEEP,
    frame::{Broken, HEAD, Head},
};

/// The length of a new buffer. Not measured: most messages fit, and clearing two pages costs little.
const SMALL: usize = 8 << 10;

/// Up to `TRUST` bytes, a buffer is made as long as the head of a message says. Beyond that it grows to `GROWTH` times the bytes that have
/// arrived, so a false head costs little memory.
///
/// `TRUST` is the size of the buffers that are kept in any case. `GROWTH` was not measured: a message of 100 MiB is copied twice.
const TRUST: usize = KEEP;
const GROWTH: usize = 4;

/// The bytes of one message that have arrived so far.
#[derive(Debug, Default)]
pub(crate) struct MessageReader {
    /// Bytes that may be written to: always initialised, so that a kept buffer costs nothing.
    buffer: Vec<u8>,
    filled: usize,
    head: Option<Head>,
    limit: usize,
}

impl MessageReader {
    /// Reads into `buffer`, whose contents do not matter. Refuses messages that are longer than `limit`, without their head.
    pub(crate) fn new(mut buffer: Vec<u8>, limit: usize) -> Self {
        if buffer.len() < SMALL {
            buffer = vec![0; SMALL];
        }
        Self {
            buffer,
            filled: 0,
            head: None,
            limit,
        }
    }

    /// The space for the next bytes. It may be larger than the message needs, because only one message is sent at a time.
    pub(crate) fn room(&mut self) -> &mut [u8] {
        &mut self.buffer[self.filled..]
    }

    /// Records that this many bytes have arrived. Returns the head once the message is complete.
    pub(crate) fn filled(&mut self, bytes: usize) -> Result<Option<Head>, Broken> {
        self.filled += bytes;
        let head = match self.head {
            Some(head) => head,
            None => match self.buffer[..self.filled].first_chunk() {
                None => return Ok(None),
                Some(head) => self.take_head(Head::read(head)?)?,
            },
        };
        match self.filled.cmp(&(HEAD + head.body)) {
            std::cmp::Ordering::Less => {
                self.grow(HEAD + head.body);
                Ok(None)
            }
            std::cmp::Ordering::Equal => Ok(Some(head)),
            std::cmp::Ordering::Greater => Err(Broken::Unknown),
        }
    }

    fn take_head(&mut self, head: Head) -> Result<Head, Broken> {
        if head.body > self.limit {
            return Err(Broken::Unknown);
        }
        self.head = Some(head);
        Ok(head)
    }

    /// Makes room for a message of that length, but no more than can be trusted.
    fn grow(&mut self, total: usize) {
        let believed = TRUST.max(self.filled.saturating_mul(GROWTH)).min(total);
        if self.buffer.len() < TRUST.min(total) || self.filled == self.buffer.len() {
            // Fresh pages of the system are zero already, which is cheaper than growing the old buffer and clearing its new part.
            let mut larger = vec![0; believed];
            larger[..self.filled].copy_from_slice(&self.buffer[..self.filled]);
            self.buffer = larger;
        }
    }

    /// How many bytes have arrived.
    pub(crate) fn arrived(&self) -> usize {
        self.filled
    }

    /// The message without its head.
    pub(crate) fn body(&self) -> &[u8] {
        &self.buffer[HEAD.min(self.filled)..self.filled]
    }

    /// Prepares for the next message. The buffer is used again unless it is too large to keep.
    pub(crate) fn clear(&mut self, keep: usize) {
        if self.buffer.len() > keep {
            self.buffer = vec![0; SMALL];
        }
        self.filled = 0;
        self.head = None;
    }

    /// The buffer, and how much of it the message fills.
    pub(crate) fn into_parts(self) -> (Vec<u8>, usize) {
        (self.buffer, self.filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::frame::{Kind, ROOM};

    fn message(body: &[u8]) -> Vec<u8> {
        let mut frame = ROOM.to_vec();
        frame.extend_from_slice(body);
        Head::new(Kind::Reply).seal(&mut frame);
        frame
    }

    fn feed(incoming: &mut MessageReader, bytes: &[u8]) -> Result<Option<Head>, Broken> {
        incoming.room()[..bytes.len()].copy_from_slice(bytes);
        incoming.filled(bytes.len())
    }

    #[test]
    fn a_message_may_come_in_any_pieces() {
        let frame = message(&[7; 100]);
        for cut in 1..frame.len() {
            let mut incoming = MessageReader::new(Vec::new(), 100);
            assert_eq!(feed(&mut incoming, &frame[..cut]), Ok(None));
            assert_eq!(
                feed(&mut incoming, &frame[cut..]).unwrap().unwrap().body,
                100
            );
            assert_eq!(incoming.body(), [7; 100]);
        }
    }

    #[test]
    fn a_large_message_is_refused_before_there_is_room_for_it() {
        let mut frame = message(&[]);
        frame[..4].copy_from_slice(&u32::MAX.to_le_bytes());
        let mut incoming = MessageReader::new(Vec::new(), 100);
        assert_eq!(feed(&mut incoming, &frame), Err(Broken::Unknown));
        assert_eq!(incoming.buffer.len(), SMALL);
    }

    #[test]
    fn a_message_that_outgrows_the_buffer_gets_a_larger_one() {
        let frame = message(&vec![3; 3 * SMALL]);
        let mut incoming = MessageReader::new(Vec::new(), frame.len());
        assert_eq!(feed(&mut incoming, &frame[..SMALL]), Ok(None));
        assert!(feed(&mut incoming, &frame[SMALL..]).unwrap().is_some());
        assert_eq!(incoming.body(), vec![3; 3 * SMALL]);
        incoming.clear(SMALL);
        assert_eq!((incoming.buffer.len(), incoming.body().len()), (SMALL, 0));
    }

    #[test]
    fn room_comes_with_the_bytes_and_not_with_the_word_of_a_head() {
        let mut frame = message(&[]);
        frame[..4].copy_from_slice(&(1_u32 << 30).to_le_bytes());
        let mut incoming = MessageReader::new(Vec::new(), 1 << 30);
        assert_eq!(feed(&mut incoming, &frame), Ok(None));
        assert!(incoming.buffer.len() <= TRUST);
        while incoming.buffer.len() < 200 << 20 {
            let room = incoming.room().len();
            assert!(room > 0);
            assert_eq!(incoming.filled(room), Ok(None));
            assert!(incoming.buffer.len() <= TRUST.max(GROWTH * incoming.filled));
        }
    }

    #[test]
    fn what_follows_a_message_breaks_it() {
        let mut frame = message(b"one");
        frame.push(0);
        assert_eq!(
            feed(&mut MessageReader::new(Vec::new(), 100), &frame),
            Err(Broken::Unknown)
        );
    }
}
