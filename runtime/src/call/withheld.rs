//! A call that was refused because of a shutdown, while the `block_on` around it is about to report the same shutdown.

use std::{sync::Arc, task::Waker};

use super::{
    site::Site,
    traits::{Call, Run, Step},
};
use crate::error::Error;

/// Replaces the call `inner`, which has ended as [`Error::Shutdown`]. The first poll returned `Pending` instead, so that the `block_on`
/// around it returns that error. Code that polls again is not that `block_on`, and would wait for ever without this error.
pub(crate) struct Withheld<R, O> {
    inner: Arc<dyn Call<R, O>>,
}

impl<R: 'static, O: 'static> Withheld<R, O> {
    pub(crate) fn instead_of(inner: Arc<dyn Call<R, O>>) -> Arc<dyn Call<R, O>> {
        Arc::new(Self { inner })
    }
}

impl<R: 'static, O: 'static> Call<R, O> for Withheld<R, O> {
    fn begin(&self) -> Option<O> {
        None
    }

    fn put_back(&self, _: O) {}

    fn poll(&self, _: &Waker) -> Step<R, O> {
        Step::Ready(Err(Error::Shutdown))
    }

    fn withhold(self: Arc<Self>) -> Option<Arc<dyn Call<R, O>>> {
        None
    }

    fn abandon(&self) {}

    fn detach(&self) -> Option<Error> {
        Some(Error::Shutdown)
    }

    fn cancel(&self) {}

    fn is_finished(&self) -> bool {
        true
    }

    fn absorb(&self, error: Error) -> Result<R, Error> {
        self.inner.absorb(error)
    }

    fn site(&self) -> &'static Site {
        self.inner.site()
    }

    fn job(self: Arc<Self>) -> Arc<dyn Run> {
        Arc::clone(&self.inner).job()
    }
}
