//! How many workers there are, how calls reach them, and what each may use: `const` methods, so that an option without a meaning is a
//! compile-time error in a `static`.

use std::{error::Error, time::Duration};

use super::Workers;

impl Workers {
    /// How many worker processes there may be at once; each runs one call at a time. As many as the machine has CPUs unless said
    /// otherwise.
    ///
    /// A process is started when a call finds none free, and stays until [`keep_alive`](Self::keep_alive) or [`max_calls`](Self::max_calls)
    /// ends it.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static POOL: Workers = Workers::new("pool").processes(4);
    /// ```
    ///
    /// # Panics
    ///
    /// When `processes` is zero.
    #[must_use]
    pub const fn processes(mut self, processes: usize) -> Self {
        self.engine.config = self.engine.config.processes(processes);
        self
    }

    /// How many calls may wait for a free process before [`try_start`](crate::Offload::try_start) refuses further ones. Unlimited unless
    /// said otherwise; calls that are awaited or started always wait.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static POOL: Workers = Workers::new("pool").queue_capacity(256);
    /// ```
    #[must_use]
    pub const fn queue_capacity(mut self, calls: usize) -> Self {
        self.engine.config = self.engine.config.queue_capacity(calls);
        self
    }

    /// Dropping a call whose body runs lets the body finish, and its process is used again. Unless this is set, dropping the call kills
    /// the process.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static POOL: Workers = Workers::new("pool").detach_on_drop();
    /// ```
    #[must_use]
    pub const fn detach_on_drop(mut self) -> Self {
        self.engine.config = self.engine.config.detach_on_drop();
        self
    }

    /// How long a body may go on after it was asked to stop, before its process is killed.
    ///
    /// The process group gets SIGTERM first, [`is_cancelled`](crate::is_cancelled) becomes true in the body, and its
    /// [`on_cancel`](crate::on_cancel) actions run. Unless this is set, the process is killed at once.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// use std::time::Duration;
    ///
    /// static POOL: Workers = Workers::new("pool").grace(Duration::from_secs(2));
    /// ```
    #[must_use]
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.engine.config = self.engine.config.grace(grace);
        self
    }

    /// How often a call is run again, in another process, after the process that ran it died. Never unless said otherwise: the body may
    /// have done half of its work, so set this only for bodies that may run twice.
    ///
    /// When no retry is left the call ends as [`Error::WorkerDied`](crate::Error::WorkerDied).
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static POOL: Workers = Workers::new("pool").retries(2);
    /// ```
    #[must_use]
    pub const fn retries(mut self, retries: u32) -> Self {
        self.engine.config = self.engine.config.retries(retries);
        self
    }

    /// How much memory each worker process may have, in bytes.
    ///
    /// The limit holds twice. The process gets it as `RLIMIT_DATA`: an allocation beyond it fails, which aborts most programs. Also,
    /// the memory of the process and of those it started is measured many times a second, and they are killed above the limit. For a moment
    /// they may hold more.
    ///
    /// What counts is anonymous memory, resident or swapped out: heap, stacks, mappings without a file, shared or not. Files do not count,
    /// mapped or not, and neither does a file in memory (`/dev/shm`, `memfd_create`) that is not mapped.
    ///
    /// The call ends as [`Error::WorkerDied`](crate::Error::WorkerDied); a process killed for its memory has
    /// [`memory_limit`](crate::WorkerExit::memory_limit) set, one that aborted ended by signal 6.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static POOL: Workers = Workers::new("pool").memory_limit(512 << 20);
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn memory_limit(mut self, bytes: u64) -> Self {
        self.engine.config = self.engine.config.memory_limit(bytes);
        self
    }

    /// Lets a crashing worker process write a core file, where the system allows core files. Unless this is set it never writes one.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static POOL: Workers = Workers::new("pool").core_dumps();
    /// ```
    #[must_use]
    pub const fn core_dumps(mut self) -> Self {
        self.engine.config = self.engine.config.core_dumps();
        self
    }

    /// How many calls a worker process runs before another one replaces it: for bodies that leak. No limit unless said otherwise.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static POOL: Workers = Workers::new("pool").max_calls(10_000);
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn max_calls(mut self, calls: u64) -> Self {
        self.engine.config = self.engine.config.max_calls(calls);
        self
    }

    /// Replaces a worker process whose resident memory (RSS, in bytes) is above this after a call. The call itself is not
    /// affected; to limit what one call may use, see [`memory_limit`](Self::memory_limit).
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static POOL: Workers = Workers::new("pool").max_resident(1 << 30);
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn max_resident(mut self, bytes: u64) -> Self {
        self.engine.config = self.engine.config.max_resident(bytes);
        self
    }

    /// How large the encoded arguments of a call, or its encoded result, may be, in bytes. One gigabyte unless said otherwise.
    ///
    /// A call with more ends as [`Error::TooLarge`](crate::Error::TooLarge); its process goes on. What is larger is not encoded to its
    /// end, so that a value without an end takes no more memory than one of this size.
    ///
    /// For each worker process that runs a call, this process may hold a request and a reply of that size, and a quarter of a reply
    /// more while it arrives. Buffers of up to 16 MiB are kept for the next call.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static POOL: Workers = Workers::new("pool").max_message(16 << 20);
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero or above four gigabytes.
    #[must_use]
    pub const fn max_message(mut self, bytes: usize) -> Self {
        self.engine.config = self.engine.config.max_message(bytes);
        self
    }

    /// How long a worker process without work stays before it is ended. It stays for good unless said otherwise.
    ///
    /// ```
    /// # use tokio_offload::Workers;
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
        self.engine.config = self.engine.config.keep_alive(idle);
        self
    }

    /// Runs `init` once in each worker process before its first call, on the thread that runs bodies: to load a model, to open a file.
    ///
    /// When it fails or panics, and no other worker process is there, waiting calls end as [`Error::Start`](crate::Error::Start) with its
    /// text, and so do calls that come soon after.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static POOL: Workers = Workers::new("pool").init(|| {
    ///     let model = std::fs::metadata("/")?; // whatever bodies need
    ///     assert!(model.is_dir());
    ///     Ok(())
    /// });
    /// ```
    #[must_use]
    pub const fn init(mut self, init: fn() -> Result<(), Box<dyn Error + Send + Sync>>) -> Self {
        self.engine.config = self.engine.config.init(init);
        self
    }
}
