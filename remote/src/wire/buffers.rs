//! Buffers that are kept from call to call, because fresh memory is the largest cost of large messages.

use crate::{reply::Home, sync::Mutex, wire::frame::ROOM};

/// A larger buffer goes back to the system after its call.
///
/// The benchmark `echo` shows both sides: 10 MiB take 2.1 of the time of a socket pair, and 100 MiB, in fresh memory for each
/// call, 7.8; `docs/benchmarks.md` has both. The number itself was not measured: this much memory may stay for each process.
pub(crate) const KEEP: usize = 16 << 20;

/// How many buffers of each direction are kept, however small they are. Not measured: more calls than this rarely start at once.
const MANY: usize = 64;

/// The buffers of one pool.
#[derive(Debug)]
pub(crate) struct Buffers {
    requests: FreeList,
    replies: FreeList,
}

impl Buffers {
    /// Keeps at most as much memory as that many largest buffers, for each direction.
    pub(crate) fn new(processes: usize) -> Self {
        Self {
            requests: FreeList::new(processes),
            replies: FreeList::new(processes),
        }
    }

    /// A buffer that contains only the space reserved for a head.
    pub(crate) fn request(&self) -> Vec<u8> {
        let mut buffer = self.requests.take().unwrap_or_default();
        buffer.clear();
        buffer.extend_from_slice(&ROOM);
        buffer
    }

    /// A buffer of any length. Its contents have no meaning.
    pub(crate) fn reply(&self) -> Vec<u8> {
        self.replies.take().unwrap_or_default()
    }

    pub(crate) fn keep_request(&self, buffer: Vec<u8>) {
        self.requests.keep(buffer);
    }

    pub(crate) fn keep_reply(&self, buffer: Vec<u8>) {
        self.replies.keep(buffer);
    }
}

impl Home for Buffers {
    fn take_back(&self, buffer: Vec<u8>) {
        self.keep_reply(buffer);
    }
}

#[derive(Debug)]
struct FreeList {
    most: usize,
    free: Mutex<FreeBuffers>,
}

#[derive(Debug, Default)]
struct FreeBuffers {
    bytes: usize,
    buffers: Vec<Vec<u8>>,
}

impl FreeList {
    fn new(processes: usize) -> Self {
        Self {
            most: processes.saturating_mul(KEEP),
            free: Mutex::default(),
        }
    }

    fn take(&self) -> Option<Vec<u8>> {
        let mut free = self.free.lock();
        let buffer = free.buffers.pop()?;
        free.bytes -= buffer.capacity();
        Some(buffer)
    }

    fn keep(&self, buffer: Vec<u8>) {
        let bytes = buffer.capacity();
        if bytes == 0 || bytes > KEEP {
            return;
        }
        let mut free = self.free.lock();
        if free.buffers.len() < MANY && free.bytes + bytes <= self.most {
            free.bytes += bytes;
            free.buffers.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded() {
        let buffers = Buffers::new(1);
        for _ in 0..3 {
            buffers.keep_reply(vec![1; KEEP / 2]);
        }
        buffers.keep_reply(vec![1; KEEP + 1]);
        assert_eq!(buffers.replies.free.lock().bytes, KEEP);
        for _ in 0..2 * MANY {
            buffers.keep_request(vec![1; 10]);
        }
        assert_eq!(buffers.requests.free.lock().buffers.len(), MANY);
        assert_eq!(buffers.request(), ROOM);
    }
}
