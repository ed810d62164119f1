//! The builder of a pool: `const` methods, so that an invalid option is a compile-time error in a `static`.

use std::{error::Error, time::Duration};

use super::{Config, assert_nonzero};
use crate::wire::frame::SLACK;

impl Config {
    /// How many processes there may be at once.
    ///
    /// # Panics
    ///
    /// When `processes` is zero.
    #[must_use]
    pub const fn processes(mut self, processes: usize) -> Self {
        assert!(processes > 0, "a pool needs at least one process");
        self.processes = Some(processes);
        self
    }

    /// How many calls may wait, in addition to the running ones, before `try_start` refuses a call.
    #[must_use]
    pub const fn queue_capacity(mut self, calls: usize) -> Self {
        self.queue_capacity = calls;
        self
    }

    /// A call that is dropped while its body runs lets the body finish. By default its worker is killed.
    #[must_use]
    pub const fn detach_on_drop(mut self) -> Self {
        self.detach = true;
        self
    }

    /// Before a worker is killed, its process group gets SIGTERM and this time, in which `is_cancelled` is true in the body.
    #[must_use]
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.grace = Some(grace);
        self
    }

    /// How often a call whose worker died is given to another one. For bodies that may run twice. The default is 0.
    #[must_use]
    pub const fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// How much memory a worker may have, in bytes.
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn memory_limit(mut self, bytes: u64) -> Self {
        assert!(bytes > 0, "a worker needs memory");
        self.memory_limit = Some(bytes);
        self
    }

    /// A worker that crashes may write a core file, if the system allows it too. By default it never does.
    #[must_use]
    pub const fn core_dumps(mut self) -> Self {
        self.core_dumps = true;
        self
    }

    /// A worker is replaced after this many calls.
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn max_calls(mut self, calls: u64) -> Self {
        assert!(calls > 0, "a worker needs at least one call");
        self.max_calls = Some(calls);
        self
    }

    /// A worker that holds more memory than this after a call is replaced.
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn max_resident(mut self, bytes: u64) -> Self {
        assert!(bytes > 0, "a worker needs memory");
        self.max_resident = Some(bytes);
        self
    }

    /// The largest size of encoded arguments, and of a result, in bytes. A call with more fails; its worker continues.
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
        self.max_message = bytes;
        self
    }

    /// A worker without calls exits after this time. By default it stays.
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn keep_alive(mut self, idle: Duration) -> Self {
        self.keep_alive = Some(assert_nonzero(idle));
        self
    }

    /// Runs once in each worker before its first call, on the thread that runs bodies.
    #[must_use]
    pub const fn init(mut self, init: fn() -> Result<(), Box<dyn Error + Send + Sync>>) -> Self {
        self.init = Some(init);
        self
    }
}
