//! The options of a pool of workers: `const` methods, so that an invalid option is a compile-time error in a `static`.
//!
//! `builder` has the options about calls and processes, `timeouts` those about time, `surroundings` those about environment and program.
//!
//! May import `wire`, for the size of a message.

mod builder;
mod surroundings;
mod timeouts;

use std::{error::Error, path::Path, time::Duration};

/// The initialiser of a worker.
pub(crate) type Init = fn() -> Result<(), Box<dyn Error + Send + Sync>>;

/// The settings of a pool, as its builder left them.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    pub(crate) name: &'static str,
    pub(crate) processes: Option<usize>,
    pub(crate) queue_capacity: usize,
    pub(crate) detach: bool,
    pub(crate) grace: Option<Duration>,
    pub(crate) soft_timeout: Option<Duration>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) queue_timeout: Option<Duration>,
    pub(crate) start_timeout: Duration,
    pub(crate) retries: u32,
    pub(crate) memory_limit: Option<u64>,
    pub(crate) core_dumps: bool,
    pub(crate) max_calls: Option<u64>,
    pub(crate) max_resident: Option<u64>,
    pub(crate) max_message: usize,
    pub(crate) keep_alive: Option<Duration>,
    pub(crate) init: Option<Init>,
    /// The variables that are passed on, where not all are.
    pub(crate) env_kept: Option<&'static [&'static str]>,
    pub(crate) env: &'static [(&'static str, &'static str)],
    pub(crate) current_dir: Option<&'static str>,
    pub(crate) stack_size: Option<usize>,
    pub(crate) executable: Option<&'static str>,
    pub(crate) executable_path: Option<&'static Path>,
    pub(crate) executable_var: Option<&'static str>,
}

impl Config {
    /// No limits but a gigabyte for one message.
    ///
    /// # Panics
    ///
    /// When `name` is empty or contains a NUL byte.
    pub const fn new(name: &'static str) -> Self {
        assert_name(name);
        Self {
            name,
            processes: None,
            queue_capacity: usize::MAX,
            detach: false,
            grace: None,
            soft_timeout: None,
            timeout: None,
            queue_timeout: None,
            start_timeout: Duration::from_secs(60),
            retries: 0,
            memory_limit: None,
            core_dumps: false,
            max_calls: None,
            max_resident: None,
            max_message: 1 << 30,
            keep_alive: None,
            init: None,
            env_kept: None,
            env: &[],
            current_dir: None,
            stack_size: None,
            executable: None,
            executable_path: None,
            executable_var: None,
        }
    }

    /// How many processes there may be at once.
    pub(crate) fn process_count(&self) -> usize {
        let cpus = || std::thread::available_parallelism().map_or(1, usize::from);
        self.processes.unwrap_or_else(cpus)
    }

    /// The soft timeout must be shorter than the timeout.
    pub(crate) const fn check(&self) {
        if let (Some(soft), Some(hard)) = (self.soft_timeout, self.timeout) {
            assert!(
                soft.as_nanos() < hard.as_nanos(),
                "`soft_timeout` must be shorter than `timeout`, or it would never be noticed"
            );
        }
    }
}

/// Names of pools, paths and variables are passed to the operating system, which accepts no empty ones.
pub(crate) const fn assert_name(text: &str) {
    assert!(!text.is_empty(), "a name or path must not be empty");
    assert_no_nul(text);
}

pub(crate) const fn assert_no_nul(text: &str) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        assert!(bytes[at] != 0, "a name or path must not contain a NUL byte");
        at += 1;
    }
}

/// The system takes everything after that sign for the value.
pub(crate) const fn assert_no_equals_sign(name: &str) {
    let bytes = name.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        assert!(
            bytes[at] != b'=',
            "the name of a variable must not contain `=`"
        );
        at += 1;
    }
}

/// A limit of zero would end every call.
pub(crate) const fn assert_nonzero(limit: Duration) -> Duration {
    assert!(!limit.is_zero(), "a limit of no time would end every call");
    limit
}
