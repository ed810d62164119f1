//! A pool once it is used: its settings and its lanes.

use std::{
    future::Future,
    pin::Pin,
    ptr,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use tokio::task::coop;

use super::config::{Config, PoolKind};
use crate::{
    call::{current, outcome::Ending},
    error::Error,
    executor::{Executor, Job, with_runtime::WithRuntime},
    metrics::{
        self,
        counts::{Counts, Stats},
    },
    scheduler::{
        close::CloseReason,
        lane::Lane,
        order::JobOrder,
        per_runtime::PerRuntime,
        spawner,
        threads::{self, Threads},
    },
    sync::Mutex,
    warning,
};

/// A pool at work.
pub(crate) struct Inner {
    queue_capacity: usize,
    counts: Arc<Counts>,
    pub(crate) lanes: Lanes,
    /// Held while the lanes and their threads are given a new size, so that they agree.
    resize: Mutex<()>,
    /// Whether the warning was given that a body waits until its own pool is idle.
    warned_of_idle: AtomicBool,
}

/// The lanes of a pool.
pub(crate) enum Lanes {
    Dedicated(Arc<Lane<WithRuntime>>),
    Shared(PerRuntime<WithRuntime>),
}

impl Inner {
    pub(crate) fn new(config: Config) -> Arc<Self> {
        let counts = Arc::new(Counts::named(config.own.name));
        let cap = config.cap();
        let lanes = match config.kind {
            PoolKind::Dedicated => {
                let spawner = spawner::Spawner::Own(Threads::new(config.own, cap));
                Lanes::Dedicated(Lane::new(spawner, cap, Arc::clone(&counts)))
            }
            PoolKind::Shared => Lanes::Shared(PerRuntime::new(cap, Arc::clone(&counts))),
        };
        let inner = Arc::new(Self {
            queue_capacity: config.queue_capacity,
            counts,
            lanes,
            resize: Mutex::new(()),
            warned_of_idle: AtomicBool::new(false),
        });
        metrics::register(config.own.name, &inner);
        inner
    }

    /// The name of the pool.
    pub(crate) fn name(&self) -> &'static str {
        self.counts.name()
    }

    /// The lane for a call made on this thread. One that is not the pool's own is kept in `found`.
    fn lane<'a>(
        &'a self,
        found: &'a mut Option<Arc<Lane<WithRuntime>>>,
    ) -> Result<&'a Arc<Lane<WithRuntime>>, Error> {
        match &self.lanes {
            Lanes::Dedicated(lane) => Ok(lane),
            Lanes::Shared(lanes) => {
                let runtime = threads::caller_runtime().ok_or(Error::NoRuntime)?;
                Ok(found.insert(lanes.lane(&runtime)))
            }
        }
    }

    fn refuse(&self, job: Job, error: Error) {
        self.counts.start();
        self.counts.leave(Ending::Refused);
        job.refuse(error);
    }

    pub(crate) fn all(&self) -> Vec<Arc<Lane<WithRuntime>>> {
        match &self.lanes {
            Lanes::Dedicated(lane) => vec![Arc::clone(lane)],
            Lanes::Shared(lanes) => lanes.lanes(),
        }
    }

    /// How many bodies may run at once, in a shared pool for each runtime.
    pub(crate) fn cap(&self) -> usize {
        match &self.lanes {
            Lanes::Dedicated(lane) => lane.queue.lock().cap,
            Lanes::Shared(lanes) => lanes.state.lock().cap,
        }
    }

    pub(crate) fn set_threads(&self, threads: usize) {
        let one_at_a_time = self.resize.lock();
        match &self.lanes {
            Lanes::Dedicated(lane) => {
                if let spawner::Spawner::Own(own) = &lane.spawner {
                    own.set_cap(threads);
                }
                lane.set_cap(threads);
            }
            Lanes::Shared(lanes) => lanes.set_cap(threads),
        }
        drop(one_at_a_time);
        for lane in self.all() {
            lane.use_cap();
        }
    }

    pub(crate) fn close(&self) {
        if let Lanes::Shared(lanes) = &self.lanes {
            lanes.close();
        }
        for lane in self.all() {
            lane.close(CloseReason::Shutdown);
        }
    }

    pub(crate) fn shutdown(&self) {
        if let Lanes::Shared(lanes) = &self.lanes {
            lanes.close();
        }
        for lane in self.all() {
            lane.shut_down(&CloseReason::Shutdown);
        }
    }

    /// Something on this thread waits until the lane is idle. Warns if that is a body of the lane, or if one waits for that body.
    fn warn_if_held_up(&self, lane: &Lane<WithRuntime>) {
        if current::holds_up(&lane.signal) && !self.warned_of_idle.swap(true, Ordering::Relaxed) {
            warning::say(
                self.name(),
                &"a body waits for `idle()` or `close()` of its own pool, and so for its own end. If nothing else ends this wait, such as a \
                  time limit, it does not end: await it in async code",
            );
        }
    }

    /// Resolves when all lanes are idle at one look.
    pub(crate) fn idle(&self) -> Idle<'_> {
        Idle {
            inner: self,
            known: Vec::new(),
        }
    }

    pub(crate) fn stats(&self) -> Stats {
        let lanes = self.all().into_iter().map(|lane| {
            let now = lane.stats();
            match &lane.spawner {
                spawner::Spawner::Own(own) => Stats {
                    threads: own.alive(),
                    ..now
                },
                spawner::Spawner::Borrowed(_) => now,
            }
        });
        lanes.fold(self.counts.read(), Stats::merge)
    }
}

/// The future of a pool that is idle. Dropped, it leaves nothing behind.
pub(crate) struct Idle<'a> {
    inner: &'a Inner,
    /// The lanes that are to wake it, and its numbers there.
    known: Vec<(Weak<Lane<WithRuntime>>, Option<u64>)>,
}

impl Future for Idle<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let budget = ready!(coop::poll_proceed(cx));
        let Self { inner, known } = self.get_mut();
        for lane in inner.all() {
            let mine = |(known, _): &(Weak<_>, _)| ptr::eq(known.as_ptr(), Arc::as_ptr(&lane));
            let index = known.iter().position(mine).unwrap_or_else(|| {
                known.push((Arc::downgrade(&lane), None));
                known.len() - 1
            });
            if !lane.poll_idle(&mut known[index].1, cx.waker()) {
                inner.warn_if_held_up(&lane);
                return Poll::Pending;
            }
        }
        budget.made_progress();
        Poll::Ready(())
    }
}

impl Drop for Idle<'_> {
    fn drop(&mut self) {
        for (lane, number) in &self.known {
            if let (Some(lane), Some(number)) = (lane.upgrade(), number) {
                lane.forget_idle(*number);
            }
        }
    }
}

impl Inner {
    pub(crate) fn submit_as(&self, job: Job, order: JobOrder) {
        match self.lane(&mut None) {
            Ok(lane) => lane.submit_as(WithRuntime::new(job), order),
            Err(error) => self.refuse(job, error),
        }
    }

    pub(crate) fn try_submit_as(&self, job: Job, order: JobOrder) -> Result<(), Job> {
        match self.lane(&mut None) {
            Ok(lane) => {
                let sent = lane.try_submit(WithRuntime::new(job), order, self.queue_capacity);
                sent.map_err(WithRuntime::into_job)
            }
            Err(error) => {
                self.refuse(job, error);
                Ok(())
            }
        }
    }
}

impl Executor for Inner {
    fn submit(&self, job: Job) {
        self.submit_as(job, JobOrder::default());
    }

    fn try_submit(&self, job: Job) -> Result<(), Job> {
        self.try_submit_as(job, JobOrder::default())
    }
}
