//! How a pool of workers is built, the part about time.

use std::time::Duration;

use crate::{config::is_a_time, pool::Workers};

impl Workers {
    /// A body that runs longer is asked to stop.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// use std::time::Duration;
    ///
    /// static POOL: Workers = Workers::new("pool").soft_timeout(Duration::from_secs(5)).timeout(Duration::from_secs(30));
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero, or not shorter than the time limit.
    #[must_use]
    pub const fn soft_timeout(mut self, limit: Duration) -> Self {
        self.config.soft_timeout = Some(is_a_time(limit));
        self.config.check();
        self
    }

    /// A body that runs longer ends its call, and its worker is killed. Time in the queue does not count.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// use std::time::Duration;
    ///
    /// static POOL: Workers = Workers::new("pool").timeout(Duration::from_secs(30));
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero, or not longer than the soft limit.
    #[must_use]
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.config.timeout = Some(is_a_time(limit));
        self.config.check();
        self
    }

    /// A call that waits longer for a worker fails and never runs.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// use std::time::Duration;
    ///
    /// static POOL: Workers = Workers::new("pool").queue_timeout(Duration::from_secs(1));
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn queue_timeout(mut self, limit: Duration) -> Self {
        self.config.queue_timeout = Some(is_a_time(limit));
        self
    }

    /// A worker that is not ready after so long, its initialiser included, is given up. A minute unless said otherwise.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// use std::time::Duration;
    ///
    /// static POOL: Workers = Workers::new("pool").start_timeout(Duration::from_secs(10));
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn start_timeout(mut self, limit: Duration) -> Self {
        self.config.start_timeout = is_a_time(limit);
        self
    }
}
