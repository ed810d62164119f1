//! Which bytes of the arguments of a call were sent.

use std::ops::Range;

/// Which bytes of the arguments a node was sent.
#[derive(Debug)]
pub(super) struct SentBytes {
    /// The end of the contiguous part.
    pub(super) until: usize,
    /// Further bytes after a gap. Nodes request two parts at once, and the later one may be sent first.
    ahead: Option<Range<usize>>,
    /// Whether bytes were sent in parts, after the grant.
    pub(super) in_parts: bool,
}

impl SentBytes {
    pub(super) const fn first(bytes: usize) -> Self {
        Self {
            until: bytes,
            ahead: None,
            in_parts: false,
        }
    }

    /// Returns whether the contiguous part has grown.
    pub(super) fn includes(&mut self, bytes: Range<usize>) -> bool {
        if bytes.start > self.until {
            self.ahead = Some(match self.ahead.take() {
                Some(ahead) if bytes.start <= ahead.end && ahead.start <= bytes.end => {
                    ahead.start.min(bytes.start)..ahead.end.max(bytes.end)
                }
                Some(ahead) if ahead.start < bytes.start => ahead,
                _ => bytes,
            });
            return false;
        }
        let before = self.until;
        self.until = self.until.max(bytes.end);
        let until = self.until;
        if let Some(ahead) = self.ahead.take_if(|ahead| ahead.start <= until) {
            self.until = until.max(ahead.end);
        }
        self.in_parts |= self.until > before;
        self.until > before
    }
}
