//! `Buffer`: bytes between a file and its user, in memory that is used again.

use std::{
    fs::File,
    io::{ErrorKind, IoSlice, Read, Result, Write},
    ops::Range,
};

use tokio::io::ReadBuf;

/// Bytes that were read and not yet taken, or that are to be written.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    /// Zeroed once, when it grows, so that reads need no further preparation.
    memory: Vec<u8>,
    filled: Range<usize>,
}

impl Buffer {
    pub(super) fn is_empty(&self) -> bool {
        self.filled.is_empty()
    }

    /// Moves bytes to the user.
    pub(super) fn take(&mut self, to: &mut ReadBuf<'_>) {
        let count = self.filled.len().min(to.remaining());
        let start = self.filled.start;
        to.put_slice(&self.memory[start..start + count]);
        self.filled.start += count;
    }

    /// Empties the buffer. If its bytes were read and not taken, the file is as many ahead of its user as it returns.
    pub(super) fn discard(&mut self) -> i64 {
        let ahead = self.filled.len();
        self.filled = 0..0;
        i64::try_from(ahead).unwrap_or(i64::MAX)
    }

    /// Takes bytes from the user, up to a limit, and returns how many.
    pub(super) fn fill(&mut self, from: &[IoSlice<'_>], limit: usize) -> usize {
        let mut length = 0;
        for bytes in from {
            let count = bytes.len().min(limit - length);
            self.grow(length + count);
            self.memory[length..length + count].copy_from_slice(&bytes[..count]);
            length += count;
        }
        self.filled = 0..length;
        length
    }

    /// Reads once, up to a limit.
    pub(super) fn read(&mut self, mut file: &File, limit: usize) -> Result<()> {
        self.grow(limit);
        self.filled = 0..0;
        loop {
            match file.read(&mut self.memory[..limit]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => {
                    self.filled = 0..result?;
                    return Ok(());
                }
            }
        }
    }

    /// Writes the whole buffer.
    pub(super) fn write(&self, mut file: &File) -> Result<()> {
        file.write_all(&self.memory[self.filled.clone()])
    }

    fn grow(&mut self, length: usize) {
        if self.memory.is_empty() {
            // Memory that comes zeroed from the system is not touched here.
            self.memory = vec![0; length];
        } else if self.memory.len() < length {
            self.memory.resize(length, 0);
        }
    }
}
