//! The bytes of a result.

/// The encoded result of a call. Its buffer goes back to the pool.
#[derive(Debug)]
pub struct Reply {
    buffer: Vec<u8>,
}

impl Reply {
    /// The encoded result.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer
    }
}
