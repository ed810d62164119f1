//! How a thread tells a call that its body has ended.

use std::{any::Any, sync::Arc};

use super::{
    meter::{Begun, Times},
    outcome::Ending,
    own_place::OwnPlace,
};

/// A call whose body runs.
pub(crate) trait EndsBody {
    /// The body, which had the slot `place`, has returned or panicked. `gave` is an `Option<thread::Result<R>>`; only the call knows the
    /// type `R`.
    fn end(
        self: Arc<Self>,
        place: Option<Arc<OwnPlace>>,
        begun: Begun,
        gave: &mut dyn Any,
        settle: &mut dyn FnMut(Ending, Times),
    );
}
