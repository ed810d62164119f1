//! How a thread tells a call that its body has ended.

use std::{any::Any, sync::Arc};

use super::{
    meter::{Begun, Times},
    outcome::Ending,
    own_slot::OwnSlot,
};

/// A call whose body runs.
pub(crate) trait EndsBody {
    /// The body, which had this `slot`, has returned or panicked. `gave` is an `Option<thread::Result<R>>`; only the call knows the
    /// type `R`.
    fn end(
        self: Arc<Self>,
        slot: Option<Arc<OwnSlot>>,
        begun: Begun,
        gave: &mut dyn Any,
        settle: &mut dyn FnMut(Ending, Times),
    );
}
