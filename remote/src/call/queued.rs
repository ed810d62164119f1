//! A call that waits for a worker, as used by its caller and by the pool.

use std::{
    mem,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use crate::{
    call::in_flight::InFlight,
    error::Failure,
    pool::{inner::Inner, request::Request, state::QueueEntry, stats::Ended},
    process::lease::Lease,
    sync::Mutex,
    timer::{self, Alarm},
    unwind::{swallow_panic, wake_all},
};

/// An entry in the queue.
#[derive(Debug)]
pub(crate) struct QueuedCall {
    inner: &'static Inner,
    position: u64,
    stage: Mutex<QueueStage>,
}

#[derive(Debug)]
enum QueueStage {
    Queued(InQueue),
    /// It has a worker, and the caller has not polled it since.
    Started(Box<InFlight>),
    Ended(Failure),
    /// The caller has dropped it, or has taken the outcome.
    Left,
}

#[derive(Debug)]
struct InQueue {
    request: Request,
    /// `None` until the caller has polled once.
    waker: Option<Waker>,
    alarm: Option<Alarm>,
}

impl QueuedCall {
    pub(crate) fn new(inner: &'static Inner, position: u64, request: Request) -> Arc<Self> {
        let entry = InQueue {
            request,
            waker: None,
            alarm: None,
        };
        Arc::new(Self {
            inner,
            position,
            stage: Mutex::new(QueueStage::Queued(entry)),
        })
    }

    /// The caller drops the call. Returns the call at its worker, if it has one.
    pub(crate) fn leave(&self) -> Option<Box<InFlight>> {
        if let Some(entry) = self.take_queued(QueueStage::Left) {
            self.inner.remove_queued(self.position, Ended::Cancelled);
            self.inner.buffers.keep_request(entry.request.frame);
            timer::cancel(entry.alarm);
            swallow_panic(|| drop(entry.waker));
            return None;
        }
        match mem::replace(&mut *self.stage.lock(), QueueStage::Left) {
            QueueStage::Started(in_flight) => Some(in_flight),
            _ => None,
        }
    }

    /// The caller cancels the call. A queued call ends here; otherwise this returns the call at its worker.
    pub(crate) fn withdraw(&self) -> Option<Box<InFlight>> {
        self.end(Failure::Cancelled, Ended::Cancelled);
        let mut stage = self.stage.lock();
        match mem::replace(&mut *stage, QueueStage::Left) {
            QueueStage::Started(in_flight) => Some(in_flight),
            other => {
                *stage = other;
                None
            }
        }
    }

    fn take_queued(&self, next: QueueStage) -> Option<InQueue> {
        let mut stage = self.stage.lock();
        match mem::replace(&mut *stage, next) {
            QueueStage::Queued(entry) => Some(entry),
            other => {
                // The stage did not change, so `next` is dropped outside of the lock.
                let next = mem::replace(&mut *stage, other);
                drop(stage);
                drop(next);
                None
            }
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        matches!(&*self.stage.lock(), QueueStage::Started(in_flight) if in_flight.is_running())
    }

    /// Waits for a worker.
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Poll<Result<Box<InFlight>, Failure>> {
        // Cloned before the lock is taken: cloning a waker runs user code.
        let new = cx.waker().clone();
        let mut stage = self.stage.lock();
        let (step, spare) = match &mut *stage {
            QueueStage::Queued(entry) => (Poll::Pending, entry.waker.replace(new)),
            ended => (ended.take(), Some(new)),
        };
        drop(stage);
        swallow_panic(|| drop(spare));
        step
    }
}

impl QueueStage {
    /// The outcome of a call that no longer waits.
    fn take(&mut self) -> Poll<Result<Box<InFlight>, Failure>> {
        match mem::replace(self, Self::Left) {
            Self::Started(in_flight) => Poll::Ready(Ok(in_flight)),
            Self::Ended(failure) => Poll::Ready(Err(failure)),
            Self::Queued(_) | Self::Left => Poll::Pending,
        }
    }
}

impl QueueEntry for QueuedCall {
    fn position(&self) -> u64 {
        self.position
    }

    fn is_queued(&self) -> bool {
        matches!(&*self.stage.lock(), QueueStage::Queued(_))
    }

    fn limit(self: Arc<Self>, limit: Duration) {
        let queued = Arc::clone(&self);
        let alarm = timer::after(limit, move || {
            queued.end(Failure::QueueTimeout(limit), Ended::TimedOut);
        });
        let mut stage = self.stage.lock();
        if let QueueStage::Queued(entry) = &mut *stage {
            entry.alarm = alarm;
        } else {
            drop(stage);
            timer::cancel(alarm);
        }
    }

    /// Sends the request now, since the caller may be slow to poll.
    fn begin(&self, lease: Lease, id: u64) {
        let mut stage = self.stage.lock();
        match mem::replace(&mut *stage, QueueStage::Left) {
            QueueStage::Queued(entry) => {
                *stage = QueueStage::Started(InFlight::begin(self.inner, lease, entry.request, id));
                drop(stage);
                timer::cancel(entry.alarm);
                wake_all(entry.waker);
            }
            other => {
                *stage = other;
                drop(stage);
                self.inner.release_unused(lease);
            }
        }
    }

    fn end(&self, failure: Failure, ended: Ended) {
        let Some(entry) = self.take_queued(QueueStage::Ended(failure)) else {
            return;
        };
        self.inner.remove_queued(self.position, ended);
        self.inner.buffers.keep_request(entry.request.frame);
        timer::cancel(entry.alarm);
        wake_all(entry.waker);
    }
}
