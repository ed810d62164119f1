//! How rayon's pools show what waits and runs there.

use std::sync::atomic::Ordering;

use ::rayon::current_num_threads;

use super::sources;
use crate::{
    executor::rayon::RayonPools,
    metrics::{PoolSource, Waits, counts::Stats},
};

impl PoolSource for RayonPools {
    fn now(&self) -> Stats {
        let now = sources::now(&self.tracker);
        Stats {
            threads: now.running,
            ..now
        }
    }

    /// That of the global pool, if it is the only one: others would have to be asked, and asking it would start it.
    fn limit(&self) -> Option<usize> {
        let (global, others) = (&self.global, &self.others);
        let alone = global.load(Ordering::Relaxed) && !others.load(Ordering::Relaxed);
        alone.then(current_num_threads)
    }

    fn longest_wait(&self) -> Option<Waits> {
        self.tracker.view.longest_wait()
    }
}
