//! Implements `Remote` for `Workers`, and `Ongoing` for their calls.

use std::any::Any;

use crate::{
    call::Call,
    functions::{
        Function,
        place::{Ongoing, Remote},
    },
    pool::Workers,
    wire::{codec::CodecError, message::Headers},
};

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

    fn add_headers(&mut self, headers: Headers) {
        self.add_headers(headers);
    }
}
