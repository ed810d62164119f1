//! The end of a body, told by its thread to its call.

use std::{any::Any, sync::Arc};

use super::{
    meter::{Begun, Times},
    outcome::Ending,
    own_place::OwnPlace,
};

/// A call whose body runs.
pub(crate) trait EndsBody {
    /// The body, which had that `place`, has returned or panicked. What it `gave` is the `Option<thread::Result<R>>` of the call, which
    /// alone knows its `R`.
    fn end(
        self: Arc<Self>,
        place: Option<Arc<OwnPlace>>,
        begun: Begun,
        gave: &mut dyn Any,
        settle: &mut dyn FnMut(Ending, Times),
    );
}
