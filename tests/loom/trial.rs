//! A call under test: its two sides, and an account of what its body and its captured value went through.

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Poll, Waker},
};

use crate::{
    block_on::block_on,
    call::{
        block_on::{
            blocked::{Blocked, ThreadHome},
            own_slot::OwnSlot,
        },
        cancel::Stoppable,
        cell::Cell,
        current,
        site::Site,
        traits::{Call, Run, Step},
    },
    error::Error,
};

/// What the body returns: a value that counts its drops as well.
pub(crate) type Value = Probe;

type TrialCell<F> = Cell<F, Value, (), &'static Site>;

/// The future's side and the executor's side of one cell, submitted.
pub(crate) struct Trial {
    pub(crate) call: Arc<dyn Call<Value, ()>>,
    pub(crate) job: Arc<dyn Run>,
    /// The same cell as its running body sees it.
    pub(crate) body: Arc<dyn Stoppable>,
    pub(crate) account: Arc<Account>,
}

/// Counted with plain atomics: loom need not know, its threads take turns.
#[derive(Default)]
pub(crate) struct Account {
    pub(crate) runs: AtomicUsize,
    pub(crate) arguments_dropped: Arc<AtomicUsize>,
    pub(crate) values_dropped: Arc<AtomicUsize>,
}

/// Counts its drop.
pub(crate) struct Probe(Arc<AtomicUsize>);

impl Drop for Probe {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

impl Trial {
    /// A call that has been submitted, whose body does `work` with itself.
    pub(crate) fn new(work: impl FnOnce(&Arc<dyn Stoppable>) + Send + 'static) -> Self {
        let (cell, account) = fresh(work);
        assert!(cell.begin().is_some());
        Self::of(cell, account)
    }

    fn of<F>(cell: Arc<TrialCell<F>>, account: Arc<Account>) -> Self
    where
        F: FnOnce() -> Value + Send + 'static,
    {
        Self {
            call: Arc::clone(&cell) as _,
            job: Arc::clone(&cell) as _,
            body: cell,
            account,
        }
    }

    /// A call whose body only returns.
    pub(crate) fn idle() -> Self {
        Self::new(|_| ())
    }

    /// Polls it in the `block_on` that is `blocked`.
    pub(crate) fn await_in(&self, blocked: &Arc<Blocked>) {
        current::waiting_as(Arc::clone(blocked), || {
            let polled = self.call.poll(Waker::noop());
            assert!(!matches!(polled, Step::Submit(())));
        });
        Arc::clone(&self.job).tell_queue();
    }

    /// Runs the call on a thread of its own.
    pub(crate) fn spawn_run(&self) -> loom::thread::JoinHandle<()> {
        self.spawn(|job| {
            job.run(None, &mut |_, _| ());
        })
    }

    /// Does something to the executor's side on a thread of its own.
    pub(crate) fn spawn(
        &self,
        f: impl FnOnce(Arc<dyn Run>) + Send + 'static,
    ) -> loom::thread::JoinHandle<()> {
        let job = Arc::clone(&self.job);
        loom::thread::spawn(move || f(job))
    }

    /// Awaits the outcome; a lost wake-up is a deadlock, which loom reports.
    pub(crate) fn outcome(&self) -> Result<Value, Error> {
        block_on(poll_fn(|cx| match self.call.poll(cx.waker()) {
            Step::Pending => Poll::Pending,
            Step::Ready(result) => Poll::Ready(result),
            Step::Submit(()) => panic!("submitted twice"),
        }))
    }

    /// As [`Offload::cancel`](tokio_offload::Offload::cancel) does.
    pub(crate) fn cancel(&self) {
        self.call.cancel();
    }

    /// The same on a thread of its own.
    pub(crate) fn spawn_cancel(&self) -> loom::thread::JoinHandle<()> {
        let call = Arc::clone(&self.call);
        loom::thread::spawn(move || call.cancel())
    }

    /// Checks what holds in every end: the argument dropped once, and each value that was made.
    pub(crate) fn settled(self) -> usize {
        let account = self.account;
        drop(self.call);
        drop(self.job);
        drop(self.body);
        let runs = account.runs.load(SeqCst);
        assert!(runs <= 1, "the body ran twice");
        assert_eq!(account.arguments_dropped.load(SeqCst), 1);
        assert_eq!(account.values_dropped.load(SeqCst), runs);
        runs
    }
}

/// A body begins to wait there, in that `scope` of it. Its call is awaited in `caller`; without one this takes no lock.
pub(crate) fn begin_wait(
    home: Option<Arc<dyn ThreadHome>>,
    caller: Option<&Arc<Blocked>>,
    scope: usize,
) -> Arc<Blocked> {
    match caller {
        Some(_) => begin_body(home, caller, scope).1,
        None => Blocked::begin(home, fresh(|_| ()).0, scope, OwnSlot::here()),
    }
}

/// The same, with the call.
pub(crate) fn begin_body(
    home: Option<Arc<dyn ThreadHome>>,
    caller: Option<&Arc<Blocked>>,
    scope: usize,
) -> (Trial, Arc<Blocked>) {
    let (cell, account) = fresh(|_| ());
    assert!(cell.begin().is_some());
    let trial = Trial::of(Arc::clone(&cell), account);
    if let Some(caller) = caller {
        trial.await_in(caller);
    }
    drop(cell.start());
    (trial, Blocked::begin(home, cell, scope, OwnSlot::here()))
}

/// Waits as the runtime's `block_on` does.
pub(crate) fn wait_for_stop(body: &Arc<dyn Stoppable>) {
    block_on(poll_fn(|cx| {
        body.set_blocked(Some(cx.waker().clone()));
        match body.stopped() {
            Some(_) => Poll::Ready(()),
            None => Poll::Pending,
        }
    }));
    body.set_blocked(None);
}

/// A call that nobody has started, whose body does `work` with itself.
pub(crate) fn fresh(
    work: impl FnOnce(&Arc<dyn Stoppable>) + Send + 'static,
) -> (
    Arc<TrialCell<impl FnOnce() -> Value + Send + 'static>>,
    Arc<Account>,
) {
    static SITE: Site = Site::new("trial", module_path!(), file!(), line!());
    let account = Arc::new(Account::default());
    let argument = Probe(Arc::clone(&account.arguments_dropped));
    let seen = Arc::clone(&account);
    let work = move || {
        let _argument = argument;
        seen.runs.fetch_add(1, SeqCst);
        work(&current::current().stoppable());
        Probe(Arc::clone(&seen.values_dropped))
    };
    (Arc::new(Cell::new(&SITE, work, ())), account)
}
