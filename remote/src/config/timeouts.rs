//! The options of a pool about time.

use std::time::Duration;

use super::{Config, assert_nonzero};

impl Config {
    /// A body that runs longer is asked to stop.
    ///
    /// # Panics
    ///
    /// When it is zero, or not shorter than the time limit.
    #[must_use]
    pub const fn soft_timeout(mut self, limit: Duration) -> Self {
        self.soft_timeout = Some(assert_nonzero(limit));
        self.check();
        self
    }

    /// A body that runs longer ends its call, and its worker is killed. Time in the queue does not count.
    ///
    /// # Panics
    ///
    /// When it is zero, or not longer than `soft_timeout`.
    #[must_use]
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(assert_nonzero(limit));
        self.check();
        self
    }

    /// A call that waits longer for a worker fails and never runs.
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn queue_timeout(mut self, limit: Duration) -> Self {
        self.queue_timeout = Some(assert_nonzero(limit));
        self
    }

    /// A worker that is not ready after this time, including its initialiser, is killed. The default is a minute.
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn start_timeout(mut self, limit: Duration) -> Self {
        self.start_timeout = assert_nonzero(limit);
        self
    }
}
