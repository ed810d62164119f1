//! Implements `Remote` for `Workers`, and `Ongoing` for their calls.

use std::any::Any;

use crate::{
    call::Call,
    functions::{
        Function,
        place::{Expected, Ongoing, Remote},
    },
    pool::Workers,
    wire::{codec::CodecError, message::Headers},
};

impl Workers {
    /// A call of `function` with encoded arguments, in a buffer from [`take_buffer`](Self::take_buffer).
    pub fn call(
        &'static self,
        function: &'static Function,
        arguments: Result<Vec<u8>, CodecError>,
        headers: Vec<(String, String)>,
    ) -> Call {
        Call::new(self.inner(), function, arguments, headers)
    }
}

impl Remote for Workers {
    fn name(&self) -> &'static str {
        self.name()
    }

    fn call(
        &'static self,
        function: &'static Function,
        arguments: Result<Vec<u8>, CodecError>,
        headers: Headers,
    ) -> Box<dyn Ongoing> {
        Box::new(self.call(function, arguments, headers))
    }

    fn expect_call(&'static self) -> Option<Expected> {
        let expected = self.inner().expect_call()?;
        Some(Box::new(expected))
    }

    fn take_buffer(&self) -> Vec<u8> {
        self.take_buffer()
    }

    fn max_message(&self) -> usize {
        self.config.max_message
    }

    fn has_room(&self) -> bool {
        self.has_room()
    }

    fn limit(&self) -> Option<usize> {
        Some(self.max_processes())
    }

    fn processes(&self) -> usize {
        self.stats().processes
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl Ongoing for Call {
    fn cancel(&mut self) {
        self.cancel();
    }

    fn is_running(&self) -> bool {
        self.is_running()
    }

    fn may_have_begun(&self) -> bool {
        self.had_worker
    }

    fn took_place(&mut self, expected: Expected) {
        if let Ok(expected) = expected.downcast() {
            self.took_place(*expected);
        }
    }

    fn add_headers(&mut self, headers: Headers) {
        self.add_headers(headers);
    }
}
