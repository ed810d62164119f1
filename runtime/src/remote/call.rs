//! A call that runs elsewhere: the engine's future, polled by the caller, or by a task once the call was started.
//!
//! What the user wrote (`Deserialize`, `Drop`, wakers) runs outside the lock, and so does the engine: it is taken out of
//! the state while it is polled or cancelled.

use std::{mem, sync::Arc, task::Waker};

use tokio_offload_remote::Function;

use super::{
    answer::ReturnValue,
    arguments::Arguments,
    metrics::Account,
    state::{CallState, Driver, Live},
    submit,
    work::{Work, catch_panic},
};
use crate::{
    call::{
        outcome::Ending,
        site::Site,
        traits::{Call, Run, Step},
        waker::NewWaker,
        withheld::Withheld,
    },
    error::Error,
    offload::place::On,
    sync::Mutex,
    unwind::{drop_quietly, wake_all},
};

/// A call whose body runs elsewhere.
pub(super) struct RemoteCall<R> {
    site: &'static Site,
    function: &'static Function,
    pub(super) state: Mutex<CallState<R>>,
}

impl<R: ReturnValue> RemoteCall<R> {
    pub(super) fn new(
        site: &'static Site,
        function: &'static Function,
        arguments: Arguments,
    ) -> Arc<Self> {
        let work = Work::new(function, arguments);
        let account = Account::new(site, function.place());
        Arc::new(Self {
            site,
            function,
            state: Mutex::new(CallState::Live(Live::new(work, account))),
        })
    }

    /// Takes the work out, to poll it outside the lock; and whether it has to be renewed before that.
    pub(super) fn take(&self) -> Option<(Work<R>, bool)> {
        let mut state = self.state.lock();
        let CallState::Live(live) = &mut *state else {
            return None;
        };
        let first = !mem::replace(&mut live.begun, true) && live.driver.is_none();
        live.account.submit();
        live.work.take().map(|work| (work, first))
    }

    /// Ends the call with this result, or drops the result if nobody wants it. The work must have been taken out before.
    pub(super) fn finish(&self, result: Result<R, Error>, how: Ending) {
        let mut state = self.state.lock();
        let CallState::Live(live) = &mut *state else {
            // It has already ended.
            drop(state);
            return drop_quietly(result);
        };
        live.account.end(how);
        let caller = live.driver.as_mut().and_then(|driver| driver.caller.take());
        let (after, unwanted) = if live.is_wanted() {
            (CallState::Done(result), None)
        } else {
            (CallState::Gone, Some(result))
        };
        let before = mem::replace(&mut *state, after);
        drop(state);
        drop_quietly(before);
        drop_quietly(unwanted);
        wake_all(caller);
    }

    /// Ends the call with `error`, wherever it is. Its engine's side is dropped before anybody can see the end.
    pub(super) fn end(&self, error: Error) {
        let (work, task) = match &mut *self.state.lock() {
            CallState::Live(live) => (live.work.take(), live.task()),
            _ => return,
        };
        drop_quietly(work);
        let how = match error {
            Error::Cancelled => Ending::Cancelled,
            _ => Ending::Refused,
        };
        self.finish(Err(error), how);
        wake_all(task);
    }

    /// Changes work that was taken out, for a thread that does not poll it, and puts it back.
    fn change_work(&self, mut work: Work<R>, change: fn(&mut Work<R>)) {
        if let Err(panic) = catch_panic(|| change(&mut work)) {
            drop_quietly(work);
            return self.end(panic);
        }
        // The task may have looked in vain meanwhile.
        let mut state = self.state.lock();
        if let CallState::Live(live) = &mut *state {
            live.work = Some(work);
            let task = live.task();
            drop(state);
            wake_all(task);
        } else {
            drop(state);
            drop_quietly(work);
        }
    }
}

impl<R: ReturnValue> Call<R, On> for RemoteCall<R> {
    fn begin(&self) -> Option<On> {
        let mut state = self.state.lock();
        let CallState::Live(live) = &mut *state else {
            return None;
        };
        if live.driver.is_some() {
            return None;
        }
        live.driver = Some(Driver::new());
        live.account.submit();
        let begun = live.begun;
        let fresh = live.work.take_if(|_| !begun);
        drop(state);
        if let Some(work) = fresh {
            self.change_work(work, Work::renew);
        }
        Some(submit::on(self.function.place(), begun))
    }

    fn put_back(&self, _: On) {
        if let CallState::Live(live) = &mut *self.state.lock() {
            // Without wakers: neither a task nor its caller has seen that it was begun.
            live.driver = None;
            live.account.end(Ending::Refused);
        }
    }

    fn poll(&self, waker: &Waker) -> Step<R, On> {
        let mut mine = NewWaker::new(waker);
        loop {
            let mut state = self.state.lock();
            let CallState::Live(live) = &mut *state else {
                break state.step();
            };
            let Some(driver) = &mut live.driver else {
                drop(state);
                break self.poll_here(waker);
            };
            let kept = mine.put(&mut driver.caller);
            drop(state);
            if kept {
                break Step::Pending;
            }
            mine.prepare();
        }
    }

    fn abandon(&self) {
        let mut state = self.state.lock();
        if matches!(&*state, CallState::Live(live) if !live.is_wanted()) {
            return;
        }
        let before = mem::replace(&mut *state, CallState::Gone);
        drop(state);
        match before {
            CallState::Live(live) => {
                // Each on its own: of two panics at once the second ends the program.
                drop_quietly(live.work);
                let driver = live.driver.map(|driver| (driver.task, driver.caller));
                let (task, caller) = driver.unwrap_or_default();
                drop_quietly(caller);
                wake_all(task);
            }
            ended => drop_quietly(ended),
        }
    }

    fn detach(&self) -> Option<Error> {
        let mut state = self.state.lock();
        if let CallState::Live(live) = &mut *state {
            let driver = live.driver.as_mut()?;
            driver.wanted = false;
            let caller = driver.caller.take();
            drop(state);
            drop_quietly(caller);
            return None;
        }
        let before = mem::replace(&mut *state, CallState::Gone);
        drop(state);
        match before {
            CallState::Done(Err(error)) => Some(error),
            other => {
                drop_quietly(other);
                None
            }
        }
    }

    /// Ends a call that has not begun; the engine knows how to end others.
    fn cancel(&self) {
        let mut state = self.state.lock();
        let CallState::Live(live) = &mut *state else {
            return;
        };
        if !live.begun {
            drop(state);
            self.end(Error::Cancelled);
            return;
        }
        let Some(work) = live.work.take() else {
            live.cancelled = true;
            return;
        };
        drop(state);
        self.change_work(work, Work::cancel);
    }

    fn is_finished(&self) -> bool {
        !matches!(*self.state.lock(), CallState::Live(_))
    }

    fn absorb(&self, error: Error) -> Result<R, Error> {
        Ok(R::failed(error))
    }

    fn withhold(self: Arc<Self>) -> Option<Arc<dyn Call<R, On>>> {
        Some(Withheld::instead_of(self))
    }

    fn site(&self) -> &'static Site {
        self.site
    }

    fn job(self: Arc<Self>) -> Arc<dyn Run> {
        self
    }
}
