//! How rayon's pools show what waits and runs there.

use ::rayon::current_num_threads;

use crate::{
    meter::{Member, Waits, members},
    rayon::Threads,
    stats::Stats,
};

impl Member for Threads {
    fn now(&self) -> Stats {
        let now = members::now(&self.book);
        Stats {
            threads: now.running,
            ..now
        }
    }

    /// That of the global pool; other pools of rayon's count here too.
    fn limit(&self) -> Option<usize> {
        Some(current_num_threads())
    }

    fn longest_wait(&self) -> Option<Waits> {
        self.book.line.longest_wait()
    }
}
