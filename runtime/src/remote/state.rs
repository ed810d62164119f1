//! The states a call that runs elsewhere goes through.

use std::{mem, task::Waker};

use super::{metrics::Account, work::Work};
use crate::{call::traits::Step, error::Error};

/// The states of a call.
pub(super) enum CallState<R> {
    /// It has not ended.
    Live(Live<R>),
    /// The result waits for its caller.
    Done(Result<R, Error>),
    /// The result was taken, or nobody is left to take it.
    Gone,
}

/// A call that has not ended.
pub(super) struct Live<R> {
    /// The work that is polled; taken out while somebody polls or cancels it.
    pub(super) work: Option<Work<R>>,
    /// Whether it was ever polled, so that the engine knows of it.
    pub(super) begun: bool,
    /// Whether whoever polls it now is to cancel it.
    pub(super) cancelled: bool,
    /// The task that polls it, if it is not its caller who does.
    pub(super) driver: Option<Driver>,
    /// Its counters.
    pub(super) account: Account,
}

/// Who waits for a call that was started, and for what.
pub(super) struct Driver {
    /// The task that polls the call.
    pub(super) task: Option<Waker>,
    /// The caller, who waits for the task.
    pub(super) caller: Option<Waker>,
    /// False once the caller has detached.
    pub(super) wanted: bool,
}

impl Driver {
    /// A task that is to come, whose call is wanted.
    pub(super) const fn new() -> Self {
        Self {
            task: None,
            caller: None,
            wanted: true,
        }
    }
}

impl<R> CallState<R> {
    /// The step of a call that has ended.
    pub(super) fn step<O>(&mut self) -> Step<R, O> {
        match mem::replace(self, Self::Gone) {
            Self::Done(result) => Step::Ready(result),
            _ => panic!("an offloaded call was polled after it had completed"),
        }
    }
}

impl<R> Live<R> {
    pub(super) const fn new(work: Work<R>, account: Account) -> Self {
        Self {
            work: Some(work),
            begun: false,
            cancelled: false,
            driver: None,
            account,
        }
    }

    /// Whether somebody would see the end.
    pub(super) fn is_wanted(&self) -> bool {
        self.driver.as_ref().is_none_or(|driver| driver.wanted)
    }

    /// The task that must look at the call again.
    pub(super) fn task(&self) -> Option<Waker> {
        self.driver.as_ref()?.task.clone()
    }
}
