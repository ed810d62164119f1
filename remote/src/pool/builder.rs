//! How a pool of workers is built: `const` methods, so that what makes no sense is a compile-time error in a `static`.

use std::{error::Error, time::Duration};

use crate::{config::is_a_time, pool::Workers, wire::frame::SLACK};

impl Workers {
    /// How many processes there may be at once.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static POOL: Workers = Workers::new("pool").processes(4);
    /// ```
    ///
    /// # Panics
    ///
    /// When `processes` is zero.
    #[must_use]
    pub const fn processes(mut self, processes: usize) -> Self {
        assert!(processes > 0, "a pool needs at least one process");
        self.config.processes = Some(processes);
        self
    }

    /// How many calls may wait beside the running ones before a call that does not want to wait is refused.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static POOL: Workers = Workers::new("pool").queue_capacity(256);
    /// ```
    #[must_use]
    pub const fn queue_capacity(mut self, calls: usize) -> Self {
        self.config.queue_capacity = calls;
        self
    }

    /// A call that is dropped while its body runs lets the body finish; its worker is used again. Otherwise it is killed.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static POOL: Workers = Workers::new("pool").detach_on_drop();
    /// ```
    #[must_use]
    pub const fn detach_on_drop(mut self) -> Self {
        self.config.detach = true;
        self
    }

    /// Before a worker is killed its process group gets SIGTERM and so much time: the body sees that it is asked to stop.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// use std::time::Duration;
    ///
    /// static POOL: Workers = Workers::new("pool").grace(Duration::from_secs(2));
    /// ```
    #[must_use]
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.config.grace = Some(grace);
        self
    }

    /// How often a call whose worker died is given to a further one. For bodies that may run twice; none unless declared.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static POOL: Workers = Workers::new("pool").retries(2);
    /// ```
    #[must_use]
    pub const fn retries(mut self, retries: u32) -> Self {
        self.config.retries = retries;
        self
    }

    /// How much memory a worker may have, in bytes.
    ///
    /// One that asks for more of its own fails to get it, and mostly aborts. With what it shares and what it starts, it is
    /// looked at many times a second, and killed when it holds more: what it had in that moment may be above the limit.
    /// What counts is what is there, in memory or swapped out: heap, stacks, mappings without a file, shared or not. Files do not
    /// count, mapped or not; so neither does what was written to a file in memory (`/dev/shm`, `memfd_create`) and is not mapped.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static POOL: Workers = Workers::new("pool").memory_limit(512 << 20);
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn memory_limit(mut self, bytes: u64) -> Self {
        assert!(bytes > 0, "a worker needs memory");
        self.config.memory_limit = Some(bytes);
        self
    }

    /// A worker that crashes may write a core file, if the system says so too. Otherwise it never does.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static POOL: Workers = Workers::new("pool").core_dumps();
    /// ```
    #[must_use]
    pub const fn core_dumps(mut self) -> Self {
        self.config.core_dumps = true;
        self
    }

    /// A worker is replaced after so many calls.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static POOL: Workers = Workers::new("pool").max_calls(10_000);
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn max_calls(mut self, calls: u64) -> Self {
        assert!(calls > 0, "a worker needs at least one call");
        self.config.max_calls = Some(calls);
        self
    }

    /// A worker that holds more memory than this after a call is replaced.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static POOL: Workers = Workers::new("pool").max_resident(1 << 30);
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn max_resident(mut self, bytes: u64) -> Self {
        assert!(bytes > 0, "a worker needs memory");
        self.config.max_resident = Some(bytes);
        self
    }

    /// How large arguments, or a result, may be as bytes. A call with more fails; its worker goes on.
    ///
    /// For each process that runs a call, this process may hold a request and a reply of that size, and a quarter of a reply
    /// more while it arrives. Up to 16 MiB of each are kept for the next call.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static POOL: Workers = Workers::new("pool").max_message(16 << 20);
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero or above four gigabytes.
    #[must_use]
    pub const fn max_message(mut self, bytes: usize) -> Self {
        assert!(bytes > 0, "a message needs at least one byte");
        assert!(
            bytes <= u32::MAX as usize - SLACK,
            "a message has less than four gigabytes"
        );
        self.config.max_message = bytes;
        self
    }

    /// A worker without work ends after so long. It stays unless said otherwise.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// use std::time::Duration;
    ///
    /// static POOL: Workers = Workers::new("pool").keep_alive(Duration::from_secs(60));
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn keep_alive(mut self, idle: Duration) -> Self {
        self.config.keep_alive = Some(is_a_time(idle));
        self
    }

    /// Runs once in each worker before its first call, on the thread that runs bodies.
    ///
    /// When it fails, waiting calls fail with its error if there is no other worker, and so do calls that come soon after.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static POOL: Workers = Workers::new("pool").init(|| {
    ///     let model = std::fs::metadata("/")?; // whatever bodies need
    ///     assert!(model.is_dir());
    ///     Ok(())
    /// });
    /// ```
    #[must_use]
    pub const fn init(mut self, init: fn() -> Result<(), Box<dyn Error + Send + Sync>>) -> Self {
        self.config.init = Some(init);
        self
    }
}
