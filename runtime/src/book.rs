//! The account of an executor whose queue is somebody else's: rayon's, or an owner's channel.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{carried::Carried, error::Error, lane::Task, meter::Line, site::Site, stats::Counts};

/// What waits, runs and has ended there.
#[derive(Default)]
pub(crate) struct Book {
    counts: Counts,
    pub(crate) line: Line,
    pub(crate) running: AtomicUsize,
}

impl Book {
    pub(crate) fn named(name: &'static str) -> Self {
        Self {
            counts: Counts::named(name),
            ..Self::default()
        }
    }

    /// A job is handed to the queue.
    pub(crate) fn queue(&self, job: &Carried) {
        self.line.push(site(job));
    }

    /// Runs the job that has come out of the queue.
    pub(crate) fn run(&self, job: Carried) {
        self.line.pop();
        self.running.fetch_add(1, Ordering::Relaxed);
        let occupant = self.counts.occupy();
        occupant.set(site(&job));
        job.run(&mut |ended| {
            self.counts.add(ended);
            self.running.fetch_sub(1, Ordering::Relaxed);
        });
    }

    /// Refuses the job that has come out of the queue.
    pub(crate) fn refuse(&self, job: Carried, error: Error) {
        self.line.pop();
        self.counts.add_refused();
        job.refuse(error);
    }
}

fn site(job: &Carried) -> Option<&'static Site> {
    job.call().map(|call| call.site())
}
