//! Measures how much memory this process holds.

use std::{fs::File, os::unix::fs::FileExt};

/// A worker that checks its own size after each call.
pub(super) struct Resident {
    most: u64,
    statm: Option<File>,
}

impl Resident {
    pub(super) fn new(most: u64) -> Self {
        Self {
            most,
            statm: File::open("/proc/self/statm").ok(),
        }
    }

    /// Whether this process holds more memory than it may. If that cannot be read, the answer is no.
    pub(super) fn is_over(&self) -> bool {
        self.bytes().is_some_and(|bytes| bytes > self.most)
    }

    fn bytes(&self) -> Option<u64> {
        let mut text = [0; 128];
        let length = self.statm.as_ref()?.read_at(&mut text, 0).ok()?;
        let text = std::str::from_utf8(&text[..length]).ok()?;
        let pages: u64 = text.split_whitespace().nth(1)?.parse().ok()?;
        Some(pages * rustix::param::page_size() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_holds_something() {
        assert!(Resident::new(1).is_over());
        assert!(!Resident::new(u64::MAX).is_over());
    }
}
