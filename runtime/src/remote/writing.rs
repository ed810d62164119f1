//! A call whose arguments are large: it has its place in the queue, and when a thread that may block has written the arguments, it is a
//! call of the engine.

use std::{
    mem,
    task::{Context, Poll, ready},
};

use tokio_offload_remote::{CodecError, Expected, Function, Ongoing};

use super::{arguments::Arguments, aside::Aside, headers};
use crate::{call::site::Site, context::carry::Headers, error::Error};

static SITE: Site = Site::ours("remote_arguments");

/// The call, of which the engine knows only that it will come.
pub(super) struct Writing {
    function: &'static Function,
    headers: Headers,
    /// What was current where the call started.
    renewed: Option<Headers>,
    arguments: Encoding,
    /// Its place in the queue, from the first poll on.
    expected: Option<Expected>,
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
            expected: None,
        }
    }

    /// The call of the engine, as soon as the arguments are written.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Box<dyn Ongoing>, Error>> {
        self.arguments = match mem::replace(&mut self.arguments, Encoding::Over) {
            Encoding::Unwritten(arguments) => {
                self.expected = self.function.place().expect_call();
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

    /// The call of the engine, which is cancelled and whose arguments are not needed.
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
        if let Some(expected) = self.expected.take() {
            call.took_place(expected);
        }
        call
    }
}
