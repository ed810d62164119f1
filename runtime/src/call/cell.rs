//! The job cell: one allocation that holds the body, later its result, and the waker of the task that waits for it.
//!
//! This file is compiled for each annotated function. So each operation is one call of a method of `AnyCore` or `Stage`, which are compiled
//! once; those of each call, from its start to its end, lock the cell here, which costs less time.

use std::{sync::Arc, task::Waker};

use super::{
    block_on::blocked::{Blocked, RunningCall},
    body_end::wake_caller,
    cancel::{Action, Reason, Stoppable},
    contents::{AnyContents, Contents, Next},
    core::{AnyCore, Core},
    ends_body::{EndedBody, EndsBody},
    meter::{Begun, SubmittedAt, Times},
    outcome::Ending,
    queued_in::{LineMark, QueueNumber},
    run::run_begun,
    site::{Located, Site},
    stage::Stage,
    traits::{Around, Call, Entry, Run, Step},
    withheld::Withheld,
};
use crate::error::Error;

/// The cell of a call. `F` is the body with its arguments, `R` its result, `O` the place where it is to run, `L` a handle to its site.
pub(crate) struct Cell<F, R, O, L> {
    site: L,
    core: Core<O, Contents<F, R>>,
}

impl<F, R, O, L> Cell<F, R, O, L> {
    pub(crate) const fn new(site: L, body: F, on: O) -> Self {
        Self {
            site,
            core: Core::new(Stage::Fresh { on }, Contents::Body(body)),
        }
    }

    /// A call that has ended already.
    pub(crate) const fn ended(site: L, value: R) -> Self {
        Self {
            site,
            core: Core::new(Stage::Done, Contents::Value(value)),
        }
    }
}

impl<F, R, O, L> Cell<F, R, O, L>
where
    L: Located,
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
    O: Send + 'static,
{
    const fn core(&self) -> &AnyCore<O> {
        &self.core
    }

    /// Takes the body out to be run. It is counted as begun before other threads can see the stage `Running`.
    pub(crate) fn start(&self) -> Option<(Contents<F, R>, Begun)> {
        let mut state = self.core.lock();
        let submitted_at = state.stage.run()?;
        let begun = self.site.site().meter().begin(submitted_at);
        Some((state.contents.take(), begun))
    }

    fn step(next: Next<O>, contents: &mut Contents<F, R>) -> Step<R, O> {
        match next {
            Next::Submit(on) => Step::Submit(on),
            Next::Pending => Step::Pending,
            Next::Ready => match contents.take() {
                Contents::Value(value) => Step::Ready(Ok(value)),
                Contents::Body(_) | Contents::Empty => {
                    unreachable!("a call that is done has a value")
                }
            },
            Next::Failed(error) => Step::Ready(Err(*error)),
        }
    }
}

impl<F, R, O, L> Call<R, O> for Cell<F, R, O, L>
where
    L: Located,
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
    O: Send + 'static,
{
    fn begin(&self) -> Option<O> {
        self.core().begin(self.site.site())
    }

    fn begin_alone(&mut self) -> Option<O> {
        let site = self.site.site();
        self.core.get_mut().stage.begin(site)
    }

    fn put_back(&self, on: O) {
        self.core().put_back(self.site.site(), on);
    }

    fn poll_alone(&mut self, waker: &Waker) -> Option<Step<R, O>> {
        let site = self.site.site();
        let state = self.core.get_mut();
        if state.stage.take_done() {
            return Some(Self::step(Next::Ready, &mut state.contents));
        }
        if let Some(on) = state.stage.submit_alone(site, waker) {
            return Some(Step::Submit(on));
        }
        let error = state.stage.take_failed()?;
        Some(Step::Ready(Err(*error)))
    }

    fn is_over(&mut self) -> bool {
        matches!(self.core.get_mut().stage, Stage::Gone)
    }

    fn poll(&self, waker: &Waker) -> Step<R, O> {
        let mut out = Contents::<F, R>::Empty;
        let next = self.core().poll(self.site.site(), waker, &mut out);
        Self::step(next, &mut out)
    }

    fn abandon(&self) {
        let mut out = Contents::<F, R>::Empty;
        self.core().abandon(self.site.site(), &mut out);
    }

    fn detach(&self) -> Option<Error> {
        let mut out = Contents::<F, R>::Empty;
        self.core().detach(&mut out)
    }

    fn cancel(&self) {
        self.stop(Reason::Cancelled);
    }

    fn is_finished(&self) -> bool {
        self.core().is_finished()
    }

    fn withhold(self: Arc<Self>) -> Option<Arc<dyn Call<R, O>>> {
        Some(Withheld::instead_of(self))
    }

    fn site(&self) -> &'static Site {
        self.site.site()
    }

    fn job(self: Arc<Self>) -> Arc<dyn Run> {
        self
    }
}

impl<F, R, O, L> Run for Cell<F, R, O, L>
where
    L: Located,
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
    O: Send + 'static,
{
    fn run(self: Arc<Self>, around: Option<Around<'_>>, settle: &mut dyn FnMut(Ending, Times)) {
        match self.start() {
            Some((mut body, begun)) => run_begun(self, begun, &mut body, around, settle),
            None => settle(Ending::Cancelled, Times::ZERO),
        }
    }

    fn site(&self) -> &'static Site {
        self.site.site()
    }

    fn submitted_at(&self) -> Option<SubmittedAt> {
        self.core().submitted_at()
    }

    fn refuse(&self, error: Error) {
        let mut out = Contents::<F, R>::Empty;
        self.core().refuse(self.site.site(), error, &mut out);
    }

    fn ask_to_stop(&self) {
        let mut out = Contents::<F, R>::Empty;
        self.core().ask_to_stop(self.site.site(), &mut out);
    }

    fn has_ended(&self) -> bool {
        self.core().has_ended()
    }

    fn is_awaited(&self) -> bool {
        self.core().is_awaited()
    }

    fn awaited_by(&self) -> Option<Arc<Blocked>> {
        self.core().awaited_by()
    }

    fn awaited_in(&self) -> Option<usize> {
        self.core().awaited_in()
    }

    fn tell_queue(self: Arc<Self>) {
        self.core().tell_queue(&|| Arc::clone(&self) as _);
    }

    fn is_in(&self, queue: &QueueNumber) -> bool {
        self.core().is_in(queue)
    }

    fn line(&self) -> Option<LineMark> {
        self.core().line()
    }

    fn enter(&self, queue: &QueueNumber, line: LineMark) -> Entry {
        self.core.lock().stage.enter_queue(queue, line)
    }
}

impl<F, R, O, L> RunningCall for Cell<F, R, O, L>
where
    L: Located,
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
    O: Send + 'static,
{
    fn caller(&self) -> Option<Arc<Blocked>> {
        self.core().caller()
    }

    fn stoppable(self: Arc<Self>) -> Arc<dyn Stoppable> {
        self
    }
}

impl<F, R, O, L> EndsBody for Cell<F, R, O, L>
where
    L: Located,
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
    O: Send + 'static,
{
    /// A result that the caller wants is stored here, with the types of this call, since nearly all calls end so.
    fn end(&self, mut body: EndedBody<'_>) {
        let site = self.site.site();
        let mut state = self.core.lock();
        if body.panic.is_some() || !state.stage.is_wanted() {
            drop(state);
            return self.core().end_body(site, body);
        }
        body.count(site, Ending::Done);
        if let Some(waiter) = state.stage.end() {
            state.contents.swap(body.value.as_any());
            state.stage.enter(Stage::Done);
            drop(state);
            wake_caller(waiter);
        }
    }
}

impl<F, R, O, L> Stoppable for Cell<F, R, O, L>
where
    L: Located,
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
    O: Send + 'static,
{
    fn site(&self) -> &'static Site {
        self.site.site()
    }

    fn stop(&self, reason: Reason) {
        let mut out = Contents::<F, R>::Empty;
        self.core().stop(self.site.site(), reason, &mut out);
    }

    fn stopped(&self) -> Option<Reason> {
        self.core().stopped()
    }

    fn on_cancel(&self, action: Action) -> Result<(), Action> {
        self.core().on_cancel(action)
    }

    fn disarm(&self) {
        self.core().disarm();
    }

    fn set_blocked(&self, waker: Option<Waker>) {
        self.core().set_blocked(waker);
    }
}
