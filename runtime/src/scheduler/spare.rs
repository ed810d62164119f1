//! Spare threads, beyond the limit of a lane. Each runs one job, while waiting bodies occupy all other threads.

use std::{
    fmt,
    sync::{Arc, atomic::Ordering},
};

use super::{circle::caller_of, close::CloseReason, ends::BodySlot, lane::Lane, task::Task};
use crate::{
    call::block_on::lent_slot::lent_before,
    error::{Cause, Error},
    sync::Mutex,
    unwind::wake_all,
    warning,
};

/// The greatest number of spare threads of a lane. Not measured: a program that needs more probably has calls that wait for each
/// other for ever.
pub(super) const MOST_SPARES: usize = 64;

/// The warnings of a lane, each given once.
#[derive(Clone, Copy)]
pub(super) enum Warned {
    SparesAreTaken,
    SpareIsRefused,
    RuntimeIsFull,
    WaitsOutside,
}

/// One of the `MOST_SPARES` spare threads, counted until this is dropped.
pub(super) struct SpareSlot<T: Task>(Arc<Lane<T>>);

impl<T: Task> SpareSlot<T> {
    pub(super) fn take(lane: &Arc<Lane<T>>) -> Option<Self> {
        let more = |count| (count < MOST_SPARES).then_some(count + 1);
        let count = &lane.spares.count;
        let taken = count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        taken.is_ok().then(|| Self(Arc::clone(lane)))
    }

    /// Runs a job, which counts as begun, on this thread.
    fn run(self, job: T, slot: BodySlot) {
        let lane = Arc::clone(&self.0);
        lane.run_here(job, slot);
        drop(self);
        lane.recheck_if_stuck();
        lane.add_spare_if_known();
    }
}

impl<T: Task> Drop for SpareSlot<T> {
    fn drop(&mut self) {
        self.0.spares.count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A spare thread that was requested. It takes a job when it has arrived and not before: the system may refuse the thread.
struct RequestedSpare<T: Task>(Arc<Lane<T>>);

impl<T: Task> RequestedSpare<T> {
    /// `None` if one was requested already.
    fn begin(lane: &Arc<Lane<T>>) -> Option<Self> {
        let comes = lane.spares.is_one_requested.swap(true, Ordering::Relaxed);
        (!comes).then(|| Self(Arc::clone(lane)))
    }

    /// Runs a job here, if the lane is still stuck.
    fn arrive(self, spare: SpareSlot<T>, set_up: Result<(), Arc<Cause>>) {
        let lane = &self.0;
        if let Err(cause) = set_up {
            return lane.shut_down(&CloseReason::Init(cause));
        }
        let job = lane.take_if_stuck();
        drop(self);
        if let Some(job) = job {
            spare.run(job, BodySlot::None);
        }
    }
}

impl<T: Task> Drop for RequestedSpare<T> {
    fn drop(&mut self) {
        self.0
            .spares
            .is_one_requested
            .store(false, Ordering::Relaxed);
    }
}

/// Whether a job is that of the call with this cell.
pub(super) fn is_job_at<T: Task>(cell: *const ()) -> impl Fn(&T) -> bool {
    move |job| job.call().is_some_and(|known| known.cell() == cell)
}

impl<T: Task> Lane<T> {
    /// Takes a job for a spare thread, if the queue is stuck: one that a body awaits, or else the next.
    fn take_if_stuck(&self) -> Option<T> {
        let outside = self.outside.waiting();
        let polled = self.outside.next_call_in(&self.number);
        let mut gone = Vec::new();
        let mut queue = self.queue.lock();
        let first = queue.awaited.first_of_each(&mut gone);
        let awaited = first.iter().find(|call| caller_of(call).is_some());
        let awaited = awaited.and_then(|call| Some((call.line()?, call.cell())));
        let awaited = awaited.or(polled);
        let awaited = awaited.map(|(line, cell)| (line, is_job_at(cell)));
        let job = queue.take_if_stuck(outside, awaited);
        let left = queue.job_left();
        drop(queue);
        drop((first, gone, left));
        job
    }

    /// Runs a job, which counts as begun, on a new thread, and drops `with` when it has ended.
    pub(super) fn run_on_spare(
        self: &Arc<Self>,
        spare: SpareSlot<T>,
        (job, slot): (T, BodySlot),
        with: impl Send + 'static,
    ) {
        // Shared: if the system refuses the thread, its closure is dropped, and the job must still end with that error.
        let shared = Arc::new(Mutex::new(Some(job)));
        let (lane, on_thread) = (Arc::clone(self), Arc::clone(&shared));
        let work = Box::new(move |set_up| {
            let job = on_thread.lock().take();
            match (job, set_up) {
                (Some(job), Ok(())) => spare.run(job, slot),
                (Some(job), Err(cause)) => {
                    lane.shut_down(&CloseReason::Init(Arc::clone(&cause)));
                    drop(spare);
                    lane.refuse_begun(job, slot, Error::Init(cause));
                }
                (None, _) => {}
            }
            drop(with);
            // A call may have stayed in the queue because no spare thread or no slot was free.
            lane.offer_awaited();
        });
        let started = self.spawner.start_spare(self.counts.name(), work);
        if let Err(error) = started {
            let job = shared.lock().take();
            if let Some(job) = job {
                self.refuse_begun(job, slot, Error::Thread(error));
            }
        }
    }

    /// Whether the bodies that wait for the one on this thread occupy all spare threads, or all bodies wait, so that perhaps none will end.
    pub(super) fn is_too_deep(&self) -> bool {
        if lent_before(&self.signal) >= MOST_SPARES {
            return true;
        }
        let outside = self.outside.waiting();
        let queue = self.queue.lock();
        queue.running() > MOST_SPARES && queue.all_wait(outside)
    }

    pub(super) fn refuse_begun(&self, job: T, slot: BodySlot, error: Error) {
        self.refuse(job, error);
        // Not before: the lane is idle only when the call has its result.
        self.ended.add(slot);
        let idle = self.queue.lock().take_idle_wakers();
        wake_all(idle);
    }

    /// Runs a job of this stuck lane on a spare thread. If there can be none, the jobs stay queued: the waiting bodies may be waiting for
    /// something else. Callers try again as long as the lane is stuck.
    pub(super) fn add_spare(self: &Arc<Self>) {
        let outside = self.outside.waiting();
        let mut queue = self.queue.lock();
        if !queue.is_stuck(outside) {
            return;
        }
        // Only notes that a requested runner is overdue, if there is one.
        queue.need_not_wait(true);
        drop(queue);
        if outside > 0 {
            self.outside.note_relief();
            self.warn(Warned::WaitsOutside, &format_args!(
                "all bodies have waited for a second, at least one of them in another `block_on`, and calls wait for a thread. One of these \
                 calls is to run on a spare thread. `tokio_offload::block_on` runs the call that a body waits for at once"
            ));
        }
        self.request_spare();
    }

    /// Runs a job on a spare thread at once if no other thread is expected for it, and each body waits outside of `block_on` for a call
    /// that is queued here, as it did before for long.
    ///
    /// Checked when such a body has polled a call, and when a job has ended on a spare thread. Whichever comes last sees the other.
    pub(super) fn add_spare_if_known(self: &Arc<Self>) {
        // Without a job, the bodies are not asked, which takes as long as they have polled calls.
        if self.queue.lock().jobs.is_empty() {
            return;
        }
        let known = self.outside.known_to_wait_in(&self.number);
        let is_due = known > 0 && {
            let mut queue = self.queue.lock();
            !queue.jobs.is_empty() && queue.running() <= known && queue.need_not_wait(false)
        };
        if is_due {
            self.request_spare();
        }
    }

    fn request_spare(self: &Arc<Self>) {
        let Some(requested) = RequestedSpare::begin(self) else {
            return;
        };
        let Some(spare) = SpareSlot::take(self) else {
            return self.warn(Warned::SparesAreTaken, &format_args!(
                "all bodies wait, on {MOST_SPARES} spare threads too, for a second, and calls wait for a thread. If they wait for one \
                 another this does not end: await in async code what a body waits for"
            ));
        };
        let arrive = Box::new(move |set_up| requested.arrive(spare, set_up));
        if let Err(error) = self.spawner.start_spare(self.counts.name(), arrive) {
            self.warn(Warned::SpareIsRefused, &format_args!(
                "all bodies wait for a second, calls wait for a thread, and the system refuses a spare one ({error}). If the bodies wait for \
                 these calls they go on when it has a thread again: await in async code what a body waits for"
            ));
        }
    }

    /// Lets the body that began to wait last check again, if the lane is stuck.
    fn recheck_if_stuck(&self) {
        let waits = self.queue.lock().innermost_if_stuck().cloned();
        if let Some(waits) = waits {
            waits.recheck();
        }
    }

    /// Gives a warning once.
    pub(super) fn warn(&self, of: Warned, what: &dyn fmt::Display) {
        if !self.warned[of as usize].swap(true, Ordering::Relaxed) {
            warning::say(self.counts.name(), what);
        }
    }
}
