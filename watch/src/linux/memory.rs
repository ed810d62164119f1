//! Reads the memory of this process through the kernel, so a bad address is an error and not a fault.

use std::{collections::HashMap, fs::File, io, os::unix::fs::FileExt};

const BYTES: usize = 4096;
pub(super) const PAGE: u64 = BYTES as u64;

/// Reads memory by address, each page once.
pub(crate) struct Memory {
    file: File,
    pages: HashMap<u64, Option<Box<[u8]>>>,
}

impl Memory {
    pub(crate) fn open() -> io::Result<Self> {
        Ok(Self {
            file: File::open("/proc/self/mem")?,
            pages: HashMap::new(),
        })
    }

    /// Uses these bytes for the pages from `start` on, where a page begins: a stack that was copied while its thread was stopped.
    pub(crate) fn preset(&mut self, start: u64, bytes: &[u8]) {
        let pages = start / PAGE..;
        for (page, bytes) in pages.zip(bytes.chunks_exact(BYTES)) {
            self.pages.insert(page, Some(bytes.into()));
        }
    }

    /// Reading there panics.
    #[cfg(test)]
    pub(crate) fn panic_at(&mut self, address: u64) {
        self.pages.insert(address / PAGE, Some(Box::default()));
    }

    /// Eight bytes as a number.
    pub(crate) fn word(&mut self, address: u64) -> Option<u64> {
        let mut word = [0; 8];
        self.read(address, &mut word)?;
        Some(u64::from_le_bytes(word))
    }

    pub(crate) fn read(&mut self, address: u64, into: &mut [u8]) -> Option<()> {
        for (offset, byte) in (0..).zip(into) {
            let address = address.checked_add(offset)?;
            let page = self.page(address / PAGE)?;
            *byte = page[usize::try_from(address % PAGE).ok()?];
        }
        Some(())
    }

    fn page(&mut self, number: u64) -> Option<&[u8]> {
        let file = &self.file;
        let page = self.pages.entry(number).or_insert_with(|| {
            let mut bytes = vec![0; BYTES];
            file.read_exact_at(&mut bytes, number.checked_mul(PAGE)?)
                .ok()?;
            Some(bytes.into())
        });
        page.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::Memory;

    #[test]
    fn memory_is_read_and_bad_addresses_are_not() {
        let value = Box::new(0x0123_4567_89ab_cdef_u64);
        let address = std::ptr::from_ref(&*value) as u64;
        let mut memory = Memory::open().unwrap();
        assert_eq!(memory.word(address), Some(*value));
        assert_eq!(memory.word(8), None);
        assert_eq!(memory.word(u64::MAX - 3), None);
    }

    #[test]
    fn whole_pages_can_be_set_before() {
        let mut memory = Memory::open().unwrap();
        // A page and half a page, where nothing is mapped.
        memory.preset(0x3000, &[7; 0x1800]);
        assert_eq!(memory.word(0x3000), Some(0x0707_0707_0707_0707));
        assert_eq!(memory.word(0x3ff8), Some(0x0707_0707_0707_0707));
        assert_eq!((memory.word(0x2ff8), memory.word(0x4000)), (None, None));
    }
}
