//! The account of an executor whose queue is somebody else's: rayon's, or an owner's channel.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Job, with_runtime::Carried};
use crate::{
    call::outcome::Ending,
    error::Error,
    metrics::{Line, Place, counts::Counts},
    scheduler::task::Task,
};

/// What waits, runs and has ended there.
#[derive(Default)]
pub(crate) struct Book {
    counts: Counts,
    pub(crate) line: Line,
    pub(crate) running: AtomicUsize,
}

/// A job in the queue, and its place in the book.
pub(crate) struct Entry {
    job: Carried,
    place: Place,
}

impl Book {
    pub(crate) fn named(name: &'static str) -> Self {
        Self {
            counts: Counts::named(name),
            ..Self::default()
        }
    }

    /// Enters a job that is about to be queued.
    pub(crate) fn enter(&self, job: Job) -> Entry {
        self.counts.start();
        let place = self.line.push(job.call());
        Entry {
            job: Carried::new(job),
            place,
        }
    }

    /// Runs a job that has come out of the queue.
    pub(crate) fn run(&self, Entry { job, place }: Entry) {
        self.line.remove(place);
        self.running.fetch_add(1, Ordering::Relaxed);
        let occupant = self.counts.occupy();
        occupant.set(|| job.call().map(|call| call.site()));
        job.run(&mut |ending, times| {
            occupant.clear();
            self.counts.end(ending, times);
            self.running.fetch_sub(1, Ordering::Relaxed);
        });
    }

    /// Refuses a job that has come out of the queue.
    pub(crate) fn refuse(&self, Entry { job, place }: Entry, error: Error) {
        self.line.remove(place);
        if job.is_dead() {
            self.counts.leave(Ending::Cancelled);
        } else {
            self.counts.leave(Ending::Refused);
        }
        job.refuse(error);
    }

    /// Refuses a job that is not to be queued.
    pub(crate) fn turn_away(&self, job: Job, error: Error) {
        self.counts.start();
        self.counts.leave(Ending::Refused);
        job.refuse(error);
    }
}
