//! How long calls to workers may take, and what happens then.

use std::time::Duration;

use super::Workers;

impl Workers {
    /// Asks a body that runs longer than `limit` to stop: [`is_cancelled`](crate::is_cancelled) becomes true in it, and its
    /// [`on_cancel`](crate::on_cancel) actions run. What it then returns is the result of the call. By default there is no limit.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// use std::time::Duration;
    ///
    /// static POOL: Workers = Workers::new("pool").soft_timeout(Duration::from_secs(5)).timeout(Duration::from_secs(30));
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero, or not shorter than [`timeout`](Self::timeout).
    #[must_use]
    pub const fn soft_timeout(mut self, limit: Duration) -> Self {
        self.engine.config = self.engine.config.soft_timeout(limit);
        self
    }

    /// Ends a call whose body runs longer than `limit` as [`Error::TimedOut`](crate::Error::TimedOut), and kills its process, after the
    /// [`grace`](Self::grace) if there is one. Time in the queue does not count. By default there is no limit.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// use std::time::Duration;
    ///
    /// static POOL: Workers = Workers::new("pool").timeout(Duration::from_secs(30));
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero, or not longer than [`soft_timeout`](Self::soft_timeout).
    #[must_use]
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.engine.config = self.engine.config.timeout(limit);
        self
    }

    /// Ends a call that waits longer than `limit` for a process as [`Error::QueueTimedOut`](crate::Error::QueueTimedOut); its body never
    /// runs. By default there is no limit.
    ///
    /// ```
    /// # use tokio_offload::Workers;
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
        self.engine.config = self.engine.config.queue_timeout(limit);
        self
    }

    /// How long a process may take to become a worker, its [`init`](Self::init) included. A minute unless said otherwise.
    ///
    /// One that takes longer is killed, and calls that waited for it end as [`Error::Start`](crate::Error::Start).
    ///
    /// ```
    /// # use tokio_offload::Workers;
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
        self.engine.config = self.engine.config.start_timeout(limit);
        self
    }
}
