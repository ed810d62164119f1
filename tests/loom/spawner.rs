//! Stands in for the runtime's `spawner`: runners arrive on loom threads, or meet the fate that a test has laid down.

use std::{
    cell::Cell,
    collections::VecDeque,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use loom::thread::{self, JoinHandle};

use crate::error::Cause;

/// What becomes of a runner that is sent for.
pub(crate) enum Fate {
    /// It arrives on a thread of its own.
    Arrives,
    /// It is dropped while it is sent, as by a runtime that has been shut down.
    IsDropped,
    /// It is dropped on a thread of its own, as by a runtime that is being shut down.
    IsDroppedLater,
    /// It waits for a thread until [`Spawner::release`].
    IsHeldBack,
    /// No thread is started for it, yet a thread that was there picks it up, before or after the lane hears of the refusal.
    IsRefusedAndArrives,
    /// The threads themselves could not be made, and neither is it.
    IsNotMade,
    /// No thread is started for it, and it stays in the queue until [`Spawner::release`].
    IsRefused,
}

/// Why a spare thread does not come to its job.
#[derive(Clone, Copy)]
pub(crate) enum NoSpare {
    IsNotStarted,
    IsNotSetUp,
}

/// The threads under a lane. Clones are one spawner.
#[derive(Clone, Default)]
pub(crate) struct Spawner(Arc<Mutex<Account>>);

#[derive(Default)]
struct Account {
    fates: VecDeque<Fate>,
    no_spare: Option<NoSpare>,
    kept: Vec<Box<dyn FnOnce() + Send>>,
    threads: Vec<JoinHandle<()>>,
}

impl Spawner {
    /// Every runner after the last of `fates` arrives.
    pub(crate) fn new(fates: impl IntoIterator<Item = Fate>) -> Self {
        let spawner = Self::default();
        spawner.account().fates.extend(fates);
        spawner
    }

    pub(crate) fn send<F: FnOnce() + Send + 'static>(
        &self,
        make: impl FnOnce() -> F,
    ) -> io::Result<()> {
        let fate = self.account().fates.pop_front();
        match fate.unwrap_or(Fate::Arrives) {
            Fate::Arrives => self.spawn(make()),
            Fate::IsDropped => drop(make()),
            Fate::IsDroppedLater => {
                let visit = make();
                self.spawn(move || drop(visit));
            }
            Fate::IsHeldBack => self.account().kept.push(Box::new(make())),
            Fate::IsRefusedAndArrives => {
                self.spawn(make());
                return Err(refusal());
            }
            Fate::IsNotMade => return Err(refusal()),
            Fate::IsRefused => {
                self.account().kept.push(Box::new(make()));
                return Err(refusal());
            }
        }
        Ok(())
    }

    /// What becomes of spare threads from now on.
    pub(crate) fn refuse_spares(&self, no_spare: Option<NoSpare>) {
        self.account().no_spare = no_spare;
    }

    /// A thread beyond the limit.
    pub(crate) fn start_spare(
        &self,
        _: &str,
        f: impl FnOnce(Result<(), Arc<Cause>>) + Send + 'static,
    ) -> io::Result<()> {
        let no_spare = self.account().no_spare;
        match no_spare {
            None => self.spawn(move || f(Ok(()))),
            Some(NoSpare::IsNotSetUp) => self.spawn(move || f(Err(Arc::new(refusal())))),
            Some(NoSpare::IsNotStarted) => return Err(refusal()),
        }
        Ok(())
    }

    #[expect(clippy::unused_self, reason = "as in the runtime")]
    pub(crate) const fn is_borrowed(&self) -> bool {
        false
    }

    #[expect(clippy::unused_self, reason = "as in the runtime")]
    pub(crate) const fn has_started_hooks(&self) -> bool {
        false
    }

    #[expect(clippy::unused_self, reason = "as in the runtime")]
    pub(crate) const fn is_here(&self) -> bool {
        false
    }

    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "as in the runtime"
    )]
    pub(crate) const fn set_up_thread(&self) -> Result<(), Arc<Cause>> {
        Ok(())
    }

    /// Lets the runners that were held back or refused arrive after all.
    pub(crate) fn release(&self) {
        let kept = std::mem::take(&mut self.account().kept);
        for runner in kept {
            self.spawn(runner);
        }
    }

    /// Drops the runners that were refused, as a runtime does that is shut down.
    pub(crate) fn clear(&self) {
        let kept = std::mem::take(&mut self.account().kept);
        drop(kept);
    }

    /// Waits until every runner has left.
    pub(crate) fn settle(&self) {
        loop {
            let thread = self.account().threads.pop();
            let Some(thread) = thread else { return };
            thread.join().expect("no thread panics");
        }
    }

    fn spawn(&self, f: impl FnOnce() + Send + 'static) {
        let thread = thread::spawn(f);
        self.account().threads.push(thread);
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refusal() -> io::Error {
    io::Error::other("no thread today")
}

thread_local! {
    static OVER: Cell<bool> = const { Cell::new(false) };
    static YIELDS: Cell<usize> = const { Cell::new(0) };
}

/// How often a runner without a job looks again; once shows what there is to see.
pub(crate) const SEARCH: usize = 1;

/// Small, so that a model reaches it, and larger than what runners search after anyway.
pub(crate) const LONG_BURST: usize = 4;

/// A thread that stands by looks once more, and leaves.
pub(crate) const STANDBY: Duration = Duration::ZERO;

/// Only counted: loom lets other threads run at every lock.
pub(crate) fn yield_now() {
    YIELDS.set(YIELDS.get() + 1);
}

/// How often runners have yielded since this was last asked.
pub(crate) fn take_yields() -> usize {
    YIELDS.take()
}

/// The time a runner may keep its thread: always over, or never. All threads of a model share one thread of the system.
pub(crate) struct TimeSlice(bool);

impl TimeSlice {
    /// Has every runner give its thread back as soon as it may, in the models of this test.
    pub(crate) fn always_over() {
        OVER.set(true);
    }

    pub(crate) fn new(_ground: &Spawner) -> Self {
        Self(OVER.get())
    }

    #[expect(clippy::needless_pass_by_ref_mut, reason = "as in the runtime")]
    pub(crate) const fn allows(&mut self, _: Duration) -> bool {
        !self.0
    }

    #[expect(clippy::needless_pass_by_ref_mut, reason = "as in the runtime")]
    pub(crate) const fn is_over(&mut self) -> bool {
        self.0
    }
}
