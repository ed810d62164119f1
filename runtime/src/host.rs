//! A host: one visit to a lane's queue by a blocking thread.

use std::sync::Arc;

use crate::{
    body,
    ground::Slice,
    lane::{Lane, Task},
    queue::Verdict,
};

/// On its way from `new` to `run`, then at work.
pub(crate) struct Host<T: Task> {
    lane: Arc<Lane<T>>,
    arrived: bool,
}

impl<T: Task> Host<T> {
    pub(crate) fn new(lane: &Arc<Lane<T>>) -> Self {
        Self {
            lane: Arc::clone(lane),
            arrived: false,
        }
    }

    /// Runs jobs until none waits or the slice of time is over.
    pub(crate) fn run(mut self) {
        self.arrived = true;
        let lane = &self.lane;
        if let Err(cause) = lane.ground().set_up_thread() {
            lane.shut_down(&Verdict::Init(cause));
        }
        body::host(lane.signal(), || {
            let slice = Slice::begin(lane.ground());
            let mut job = lane.arrive();
            while let Some(this) = job {
                let mut stay = true;
                let mut next = None;
                this.run(&mut |ended| {
                    stay = !slice.is_over();
                    next = lane.settle(ended, stay);
                });
                job = next.or_else(|| lane.leave(stay));
            }
        });
    }
}

impl<T: Task> Drop for Host<T> {
    fn drop(&mut self) {
        if !self.arrived {
            self.lane.host_dropped();
        }
    }
}
