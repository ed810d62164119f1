//! The bytes of a result.

use std::{fmt, mem};

use crate::{crew::Crew, frame::HEAD, incoming::Incoming};

/// The encoded result of a call. Its buffer goes back to the pool.
pub struct Reply {
    buffer: Vec<u8>,
    filled: usize,
    crew: &'static Crew,
}

impl Reply {
    pub(crate) fn new(crew: &'static Crew, incoming: Incoming) -> Self {
        let (buffer, filled) = incoming.into_parts();
        Self {
            buffer,
            filled,
            crew,
        }
    }

    /// The encoded result.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[HEAD.min(self.filled)..self.filled]
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        self.crew.buffers.keep_reply(mem::take(&mut self.buffer));
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reply").field(&self.bytes().len()).finish()
    }
}
