//! Who waits for a call: the waker of its task, and the `block_on` around it, which few calls have.

use std::{mem, sync::Arc, task::Waker};

use super::{blocked::Blocked, waker::WakerSlot};

/// Two words, because every call has one.
pub(crate) enum CallWaiter {
    Task(Waker),
    Other(Option<Box<WaiterInBody>>),
}

/// The waiter of a call that was polled in a `block_on`.
pub(crate) struct WaiterInBody {
    waker: Option<Waker>,
    awaited_by: Option<Arc<Blocked>>,
}

impl CallWaiter {
    pub(crate) const NONE: Self = Self::Other(None);

    #[inline]
    pub(crate) fn new(waker: Option<Waker>, awaited_by: Option<Arc<Blocked>>) -> Self {
        match awaited_by {
            None => waker.map_or(Self::NONE, Self::Task),
            Some(_) => Self::Other(Some(Box::new(WaiterInBody { waker, awaited_by }))),
        }
    }

    /// The `block_on` in which the call was polled, if that was the last poll: its body waits for the call.
    pub(crate) fn awaited_by(&self) -> Option<&Arc<Blocked>> {
        match self {
            Self::Task(_) => None,
            Self::Other(other) => other.as_ref()?.awaited_by.as_ref(),
        }
    }

    /// The address of that `block_on`, which identifies it.
    pub(crate) fn awaited_in(&self) -> Option<usize> {
        self.awaited_by().map(|by| Arc::as_ptr(by).addr())
    }

    /// Stores the `block_on` of the last poll, and returns the one before, to be dropped without holding a lock.
    pub(crate) fn set_awaited_by(&mut self, by: Option<Arc<Blocked>>) -> Option<Arc<Blocked>> {
        match self {
            Self::Other(Some(other)) => mem::replace(&mut other.awaited_by, by),
            Self::Task(_) | Self::Other(None) => {
                if by.is_some() {
                    let waker = self.take().into_waker();
                    *self = Self::new(waker, by);
                }
                None
            }
        }
    }

    #[inline]
    pub(crate) const fn take(&mut self) -> Self {
        mem::replace(self, Self::NONE)
    }

    /// The waker alone. Call it without holding a lock: it drops the rest.
    #[inline]
    pub(crate) fn into_waker(self) -> Option<Waker> {
        match self {
            Self::Task(waker) => Some(waker),
            Self::Other(other) => other?.waker,
        }
    }
}

impl WakerSlot for CallWaiter {
    fn waker(&self) -> Option<&Waker> {
        match self {
            Self::Task(waker) => Some(waker),
            Self::Other(other) => other.as_ref()?.waker.as_ref(),
        }
    }

    fn set_waker(&mut self, waker: Waker) -> Option<Waker> {
        match self {
            Self::Task(before) => Some(mem::replace(before, waker)),
            Self::Other(Some(other)) => other.waker.replace(waker),
            Self::Other(None) => {
                *self = Self::Task(waker);
                None
            }
        }
    }
}

#[test]
fn a_waiter_takes_two_words() {
    assert_eq!(size_of::<CallWaiter>(), 2 * size_of::<usize>());
}
