//! A call whose arguments are large: a thread that may block writes them, and then the place gets the call.

use std::{
    collections::BTreeMap,
    mem,
    task::{Context, Poll, ready},
};

use tokio_offload_remote::{CodecError, Function, Ongoing, Remote};

use super::{
    arguments::Arguments,
    headers,
    on_thread::{self, OnThread},
};
use crate::{call::site::Site, context::carry::Headers, error::Error, sync::Mutex};

/// Arguments as bytes.
type Written = Result<Vec<u8>, CodecError>;

/// A call whose arguments are written, and the room that it has taken meanwhile.
type WrittenCall = (Box<dyn Ongoing>, Option<Coming>);

/// A call that its place does not know yet.
pub(super) struct Writing {
    function: &'static Function,
    headers: Headers,
    stage: WritingStage,
}

enum WritingStage {
    /// It has not been polled.
    Fresh(Arguments),
    /// A thread writes the arguments.
    OnThread(OnThread<Arguments, Written>, Coming),
    Over,
}

impl Writing {
    pub(super) fn new(function: &'static Function, arguments: Arguments, headers: Headers) -> Self {
        Self {
            function,
            headers,
            stage: WritingStage::Fresh(arguments),
        }
    }

    /// The call, once its arguments are written. Whoever polls it first drops what comes with it after that.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<WrittenCall, Error>> {
        static SITE: Site = Site::ours("remote_arguments");
        if matches!(self.stage, WritingStage::Fresh(_)) && on_thread::is_useful() {
            let coming = Coming::to(self.function.place());
            if let WritingStage::Fresh(arguments) =
                mem::replace(&mut self.stage, WritingStage::Over)
            {
                let thread = OnThread::begin(&SITE, arguments, Arguments::into_bytes);
                self.stage = WritingStage::OnThread(thread, coming);
            }
        }
        let written = match &self.stage {
            WritingStage::OnThread(thread, _) => Some(ready!(thread.poll(cx))?),
            WritingStage::Fresh(_) | WritingStage::Over => None,
        };
        let (written, coming) = match (mem::replace(&mut self.stage, WritingStage::Over), written) {
            (WritingStage::OnThread(_, coming), Some(written)) => (written, Some(coming)),
            (WritingStage::Fresh(arguments), _) => (arguments.into_bytes(), None),
            _ => return Poll::Pending,
        };
        Poll::Ready(Ok((self.call(written), coming)))
    }

    /// The call, which is cancelled.
    pub(super) fn cancelled(&mut self) -> Box<dyn Ongoing> {
        self.stage = WritingStage::Over;
        let mut call = self.call(Ok(self.function.place().take_buffer()));
        call.cancel();
        call
    }

    /// Adds what is current where the call starts.
    pub(super) fn renew(&mut self) {
        headers::add(&mut self.headers, headers::of_call());
    }

    fn call(&mut self, written: Written) -> Box<dyn Ongoing> {
        let headers = mem::take(&mut self.headers);
        self.function.place().call(self.function, written, headers)
    }
}

/// By place, how many calls it does not know yet. They take room there, so that `try_start` accepts no more than it should.
static COMING: Mutex<BTreeMap<&'static str, usize>> = Mutex::new(BTreeMap::new());

/// One of these calls.
pub(super) struct Coming(&'static str);

impl Coming {
    fn to(place: &dyn Remote) -> Self {
        let name = place.name();
        *COMING.lock().entry(name).or_default() += 1;
        Self(name)
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        let mut coming = COMING.lock();
        if let Some(calls) = coming.get_mut(self.0) {
            *calls -= 1;
            if *calls == 0 {
                coming.remove(self.0);
            }
        }
    }
}

/// Whether a call of `try_start` would be accepted there.
pub(super) fn has_room(place: &dyn Remote) -> bool {
    let coming = COMING.lock().get(place.name()).copied();
    place.has_room_beside(coming.unwrap_or(0))
}
