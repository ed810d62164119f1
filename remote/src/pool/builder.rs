//! How a pool of workers is built: `const` methods, so that what makes no sense is a compile-time error in a `static`.

use std::{error::Error, path::PathBuf, time::Duration};

use crate::{
    config::{has_no_nul, is_a_name, is_a_time},
    pool::Workers,
    wire::frame::SLACK,
};

impl Workers {
    /// How many processes there may be at once.
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
    #[must_use]
    pub const fn queue_capacity(mut self, calls: usize) -> Self {
        self.config.queue_capacity = calls;
        self
    }

    /// A call that is dropped while its body runs lets the body finish; its worker is used again. Otherwise it is killed.
    #[must_use]
    pub const fn detach_on_drop(mut self) -> Self {
        self.config.detach = true;
        self
    }

    /// Before a worker is killed its process group gets SIGTERM and so much time: the body sees that it is asked to stop.
    #[must_use]
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.config.grace = Some(grace);
        self
    }

    /// A body that runs longer is asked to stop.
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
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn start_timeout(mut self, limit: Duration) -> Self {
        self.config.start_timeout = is_a_time(limit);
        self
    }

    /// How often a call whose worker died is given to a further one. For bodies that may run twice; none unless declared.
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
    #[must_use]
    pub const fn core_dumps(mut self) -> Self {
        self.config.core_dumps = true;
        self
    }

    /// A worker is replaced after so many calls.
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
    #[must_use]
    pub const fn init(mut self, init: fn() -> Result<(), Box<dyn Error + Send + Sync>>) -> Self {
        self.config.init = Some(init);
        self
    }

    /// Workers do not get the environment of this process: only what [`env`](Self::env) sets.
    ///
    /// Programs that workers start may need `PATH`, and libraries `HOME`, `TMPDIR` or `LANG`:
    /// [`env_keep`](Self::env_keep) passes some on. Nothing is passed on unless it is named.
    #[must_use]
    pub const fn env_clear(self) -> Self {
        self.env_keep(&[])
    }

    /// Workers get only these variables of the environment of this process, as they are when a worker starts, and what
    /// [`env`](Self::env) sets. One that is not set here is not set there.
    ///
    /// # Panics
    ///
    /// When a name is empty or contains a NUL byte.
    #[must_use]
    pub const fn env_keep(mut self, names: &'static [&'static str]) -> Self {
        let mut at = 0;
        while at < names.len() {
            is_a_name(names[at]);
            at += 1;
        }
        self.config.env_kept = Some(names);
        self
    }

    /// Variables that are set in the environment of workers, beside those of this process.
    ///
    /// # Panics
    ///
    /// When a name is empty or contains `=`, or a NUL byte is in a name or value.
    #[must_use]
    pub const fn env(mut self, variables: &'static [(&'static str, &'static str)]) -> Self {
        let mut at = 0;
        while at < variables.len() {
            is_a_name(variables[at].0);
            has_no_nul(variables[at].1);
            at += 1;
        }
        self.config.env = variables;
        self
    }

    /// The folder that workers start in: that of this process unless said otherwise.
    ///
    /// # Panics
    ///
    /// When it is empty or contains a NUL byte.
    #[must_use]
    pub const fn current_dir(mut self, folder: &'static str) -> Self {
        is_a_name(folder);
        self.config.current_dir = Some(folder);
        self
    }

    /// The stack of the thread that runs bodies, in bytes.
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn stack_size(mut self, bytes: usize) -> Self {
        assert!(bytes > 0, "a stack needs at least one byte");
        self.config.stack_size = Some(bytes);
        self
    }

    /// A program of its own for workers, whose `main` calls `init`. This program itself unless said otherwise.
    ///
    /// When a worker starts, the names and signatures of the functions of this pool are compared, and nothing else: what their
    /// bodies do, and what the rest of that program is, has to be seen to by whoever builds both.
    ///
    /// # Panics
    ///
    /// When it is empty or contains a NUL byte.
    #[must_use]
    pub const fn executable(mut self, path: &'static str) -> Self {
        is_a_name(path);
        self.config.executable = Some(path);
        self
    }

    /// The same, with a path that is known when the program runs, for a pool that is not built in a `const`.
    ///
    /// The path is kept for as long as the program runs, as pools are.
    ///
    /// # Panics
    ///
    /// When it is empty.
    #[must_use]
    pub fn executable_path(mut self, path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        assert!(
            !path.as_os_str().is_empty(),
            "a name or path must not be empty"
        );
        self.config.executable_path = Some(Box::leak(path.into_boxed_path()));
        self
    }

    /// The name of an environment variable that may hold the path of the program for workers. It is looked at when a worker
    /// starts, and comes before the other ways to name one. Where it is not set, or empty, those hold.
    ///
    /// # Panics
    ///
    /// When it is empty or contains a NUL byte.
    #[must_use]
    pub const fn executable_var(mut self, name: &'static str) -> Self {
        is_a_name(name);
        self.config.executable_var = Some(name);
        self
    }
}
