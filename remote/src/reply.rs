//! `Reply`: the bytes of a result.

use std::{fmt, mem, ops::Range};

/// The owner of reply buffers, which takes them back.
pub(crate) trait Home: Send + Sync {
    fn take_back(&self, buffer: Vec<u8>);
}

/// The encoded result of a call. A buffer that belongs to a pool goes back there.
pub struct Reply {
    buffer: Vec<u8>,
    result: Range<usize>,
    home: Option<&'static dyn Home>,
}

impl Reply {
    /// A result that takes all of `bytes`.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self {
            result: 0..bytes.len(),
            buffer: bytes,
            home: None,
        }
    }

    /// A result in a part of a buffer that belongs to `home`.
    #[cfg(all(feature = "workers", target_os = "linux"))]
    pub(crate) fn lent(buffer: Vec<u8>, result: Range<usize>, home: &'static dyn Home) -> Self {
        Self {
            buffer,
            result,
            home: Some(home),
        }
    }

    /// The encoded result.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[self.result.clone()]
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if let Some(home) = self.home {
            home.take_back(mem::take(&mut self.buffer));
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reply").field(&self.bytes().len()).finish()
    }
}
