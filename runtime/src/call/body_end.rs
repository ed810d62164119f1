//! What the thread of a body does when the body has ended.

use std::{any::Any, sync::Arc, thread};

use super::{
    cell::Cell,
    current,
    ends_body::EndsBody,
    meter::{Begun, Times},
    outcome::Ending,
    own_slot::OwnSlot,
    run::ending,
    site::Located,
};
use crate::{
    error::{Error, Panic},
    unwind::swallow_panic,
};

impl<F, R, O, L> EndsBody for Cell<F, R, O, L>
where
    L: Located,
    F: Send + 'static,
    R: Send + 'static,
    O: Send + 'static,
{
    fn end(
        self: Arc<Self>,
        slot: Option<Arc<OwnSlot>>,
        begun: Begun,
        gave: &mut dyn Any,
        settle: &mut dyn FnMut(Ending, Times),
    ) {
        let result = gave.downcast_mut::<Option<thread::Result<R>>>();
        let result = result.expect("the body is that of this call");
        let ending = result.as_ref().map_or(Ending::Panicked, ending);
        let as_body = |f: &mut dyn FnMut()| {
            current::enter(Arc::clone(&self) as _, slot, f);
        };
        let stage = self.lock_with(result, as_body);
        let times = self.meter().end(begun, ending);
        swallow_panic(|| settle(ending, times));
        let result = result.take();
        let result = result.map(|result| result.map_err(|it| Error::Panicked(Panic::new(it))));
        Self::finish(stage, result);
    }
}
