//! A call that was submitted while its arguments are still being written.

use crate::{
    pool::{inner::Inner, state::Phase},
    role,
};

/// The place of such a call. Until it is dropped the pool is not idle, and its queue has room for one call less.
#[derive(Debug)]
pub(crate) struct ExpectedCall {
    inner: &'static Inner,
    position: u64,
}

impl ExpectedCall {
    /// The place of the call in the order of calls.
    pub(crate) const fn position(&self) -> u64 {
        self.position
    }
}

impl Inner {
    /// The place of a call that will come, if the pool accepts calls.
    pub(crate) fn expect_call(&'static self) -> Option<ExpectedCall> {
        if role::forked_from().is_some() {
            return None;
        }
        let mut state = self.state.lock();
        if state.phase != Phase::Open {
            return None;
        }
        state.expected += 1;
        let position = state.next_id();
        Some(ExpectedCall {
            inner: self,
            position,
        })
    }
}

impl Drop for ExpectedCall {
    fn drop(&mut self) {
        if role::forked_from().is_none() {
            self.inner.change(|state| state.expected -= 1);
        }
    }
}
