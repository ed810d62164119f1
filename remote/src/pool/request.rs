//! A submitted call: its function, its encoded arguments, and how many workers died with it.

use crate::wire::{
    codec::{CodecError, Point},
    frame::{HEAD, ROOM},
    message::{Headers, append_headers},
};

/// A call that can be given to a worker, and to another one if that worker dies.
#[derive(Debug)]
pub(crate) struct Request {
    /// The path of the function, and the key that is sent instead of it.
    pub(crate) function: &'static str,
    pub(crate) key: u64,
    /// Space for the head, then the arguments and the headers.
    pub(crate) frame: Vec<u8>,
    /// Whether headers follow the arguments.
    pub(crate) extra: bool,
    /// Its place in the order of calls, once it has one.
    pub(crate) position: Option<u64>,
    /// How many workers it has killed.
    pub(crate) kills: u32,
    /// How many workers died before they had read it. That many as the pool has may have died while idle, which is no fault of the call.
    pub(crate) unread: usize,
}

impl Request {
    /// Puts the parts together, in the buffer that holds the arguments.
    pub(crate) fn new(
        function: &'static str,
        key: u64,
        mut frame: Vec<u8>,
        headers: &Headers,
    ) -> Result<Self, CodecError> {
        if !frame.starts_with(&ROOM) {
            return Err(CodecError::new(
                &"they are not in a buffer from `take_buffer`, or what was in it is gone",
            ));
        }
        if !headers.is_empty() {
            append_headers(headers, &mut frame)
                .map_err(|error| error.at(Point::EncodeArguments))?;
        }
        Ok(Self {
            function,
            key,
            frame,
            extra: !headers.is_empty(),
            position: None,
            kills: 0,
            unread: 0,
        })
    }

    /// The length that is compared with the limit.
    pub(crate) fn len(&self) -> usize {
        self.frame.len() - HEAD
    }

    /// Moves the request out, with its bytes. `self` has no bytes afterwards.
    pub(crate) fn take(&mut self) -> Self {
        Self {
            frame: std::mem::take(&mut self.frame),
            ..*self
        }
    }
}
