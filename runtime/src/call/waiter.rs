//! Who waits for a call: the waker of its task, and the `block_on` around it, which few calls have. What else few calls have stands beside
//! these, so that it does not make every call larger.

use std::{mem, sync::Arc, task::Waker};

use super::{block_on::blocked::Blocked, cancel::OnCancel, waker::WakerSlot};
use crate::error::Error;

/// Two words, because every call has one.
pub(crate) enum CallWaiter {
    Task(Waker),
    Other(Option<Box<RareParts>>),
}

/// The waker of a call, and what few calls have.
#[derive(Default)]
pub(crate) struct RareParts {
    waker: Option<Waker>,
    /// The `block_on` in which it was polled.
    awaited_by: Option<Arc<Blocked>>,
    /// What its running body registered.
    on_cancel: Option<Box<OnCancel>>,
    /// How it is to end once its arguments are dropped.
    error: Option<Box<Error>>,
}

impl CallWaiter {
    pub(crate) const NONE: Self = Self::Other(None);

    #[inline]
    pub(crate) fn new(waker: Option<Waker>, awaited_by: Option<Arc<Blocked>>) -> Self {
        match awaited_by {
            None => waker.map_or(Self::NONE, Self::Task),
            Some(_) => Self::Other(Some(Box::new(RareParts {
                waker,
                awaited_by,
                ..RareParts::default()
            }))),
        }
    }

    const fn other(&self) -> Option<&RareParts> {
        match self {
            Self::Other(Some(other)) => Some(other),
            _ => None,
        }
    }

    const fn other_mut(&mut self) -> Option<&mut RareParts> {
        match self {
            Self::Other(Some(other)) => Some(other),
            _ => None,
        }
    }

    /// The parts of a call that gets one of them.
    fn parts(&mut self) -> &mut RareParts {
        if let Self::Task(_) = self {
            let waker = self.take().into_waker();
            *self = Self::Other(Some(Box::new(RareParts {
                waker,
                ..RareParts::default()
            })));
        }
        match self {
            Self::Other(other) => other.get_or_insert_default(),
            Self::Task(_) => unreachable!("it was replaced"),
        }
    }

    /// Whether a task awaits the call, or its body has registered something.
    pub(crate) const fn is_any(&self) -> bool {
        !matches!(self, Self::Other(None))
    }

    /// The `block_on` in which the call was polled, if that was the last poll: its body waits for the call.
    pub(crate) fn awaited_by(&self) -> Option<&Arc<Blocked>> {
        self.other()?.awaited_by.as_ref()
    }

    /// The address of that `block_on`, which identifies it.
    pub(crate) fn awaited_in(&self) -> Option<usize> {
        self.awaited_by().map(|by| Arc::as_ptr(by).addr())
    }

    /// Stores the `block_on` of the last poll, and returns the one before, to be dropped without holding a lock.
    pub(crate) fn set_awaited_by(&mut self, by: Option<Arc<Blocked>>) -> Option<Arc<Blocked>> {
        if by.is_none() && self.other().is_none() {
            return None;
        }
        mem::replace(&mut self.parts().awaited_by, by)
    }

    /// What the running body has registered, if it has.
    pub(crate) fn registered(&mut self) -> Option<&mut OnCancel> {
        self.other_mut()?.on_cancel.as_deref_mut()
    }

    /// Where the running body registers.
    pub(crate) fn on_cancel(&mut self) -> &mut OnCancel {
        self.parts().on_cancel.get_or_insert_default()
    }

    pub(crate) fn take_on_cancel(&mut self) -> Option<Box<OnCancel>> {
        self.other_mut()?.on_cancel.take()
    }

    /// The call is to end with `error` once its arguments are dropped.
    pub(crate) fn set_error(&mut self, error: Error) {
        self.parts().error = Some(Box::new(error));
    }

    pub(crate) fn take_error(&mut self) -> Option<Box<Error>> {
        self.other_mut()?.error.take()
    }

    /// The caller alone. What the body has registered stays.
    pub(crate) fn take_caller(&mut self) -> Self {
        let on_cancel = self.take_on_cancel();
        let caller = self.take();
        if on_cancel.is_some() {
            self.parts().on_cancel = on_cancel;
        }
        caller
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
