//! A call whose arguments are large: when a thread that may block has written them, it is a call of its place.

use std::{
    mem,
    task::{Context, Poll, ready},
};

use tokio_offload_remote::{CodecError, Function, Ongoing};

use super::{arguments::Arguments, aside::Aside, headers};
use crate::{call::site::Site, context::carry::Headers, error::Error};

static SITE: Site = Site::ours("remote_arguments");

/// The call, of which its place does not know yet.
pub(super) struct Writing {
    function: &'static Function,
    headers: Headers,
    /// What was current where the call started.
    renewed: Option<Headers>,
    arguments: Encoding,
}

/// How far the arguments are.
enum Encoding {
    Unwritten(Arguments),
    /// A thread has them, or will.
    Aside(Aside<Arguments, Result<Vec<u8>, CodecError>>),
    Over,
}

impl Writing {
    pub(super) fn new(function: &'static Function, arguments: Arguments, headers: Headers) -> Self {
        Self {
            function,
            headers,
            renewed: None,
            arguments: Encoding::Unwritten(arguments),
        }
    }

    /// The call of its place, as soon as the arguments are written.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Box<dyn Ongoing>, Error>> {
        self.arguments = match mem::replace(&mut self.arguments, Encoding::Over) {
            Encoding::Unwritten(arguments) => {
                match Aside::begin(&SITE, arguments, Arguments::into_bytes) {
                    Ok(aside) => Encoding::Aside(aside),
                    Err(arguments) => return Poll::Ready(Ok(self.call(arguments.into_bytes()))),
                }
            }
            other => other,
        };
        let Encoding::Aside(aside) = &self.arguments else {
            return Poll::Pending;
        };
        let bytes = ready!(aside.poll(cx));
        Poll::Ready(bytes.map(|bytes| self.call(bytes)))
    }

    /// The call of its place, with arguments that are written here and now, unless a thread writes them already.
    pub(super) fn write_here(&mut self) -> Option<Box<dyn Ongoing>> {
        let arguments = match mem::replace(&mut self.arguments, Encoding::Over) {
            Encoding::Unwritten(arguments) => arguments,
            Encoding::Aside(aside) => {
                let Some(arguments) = aside.take() else {
                    self.arguments = Encoding::Aside(aside);
                    return None;
                };
                arguments
            }
            Encoding::Over => return None,
        };
        Some(self.call(arguments.into_bytes()))
    }

    /// The call of its place, which is cancelled and whose arguments are not needed.
    pub(super) fn cancel(&mut self) -> Box<dyn Ongoing> {
        self.arguments = Encoding::Over;
        let mut call = self.call(Ok(Vec::new()));
        call.cancel();
        call
    }

    /// Adds what is current where the call starts.
    pub(super) fn renew(&mut self) {
        self.renewed = Some(headers::of_call());
    }

    fn call(&mut self, arguments: Result<Vec<u8>, CodecError>) -> Box<dyn Ongoing> {
        let headers = mem::take(&mut self.headers);
        let place = self.function.place();
        let mut call = place.call(self.function, arguments, headers);
        if let Some(renewed) = self.renewed.take() {
            call.add_headers(renewed);
        }
        call
    }
}
