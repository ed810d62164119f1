//! What a lane carries, as the lane sees it.

use std::sync::Arc;

use crate::{
    call::{meter::Times, outcome::Ending, traits::Run},
    error::Error,
};

/// What a lane carries.
pub(crate) trait Task: Send + 'static {
    /// Runs it and tells how it ended, before its caller learns. Never unwinds.
    fn run(self, settle: &mut dyn FnMut(Ending, Times));
    /// Ends it unrun.
    fn refuse(self, error: Error);
    /// The call it stands for.
    fn call(&self) -> Option<&Arc<dyn Run>>;
    /// Whether it has ended already.
    fn is_dead(&self) -> bool;
}
