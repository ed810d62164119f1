//! The options about the surroundings of a worker: its environment, its folder, its stack, and its program.

use std::path::PathBuf;

use super::{Config, assert_name, assert_no_equals_sign, assert_no_nul};

impl Config {
    /// Workers do not get the environment of this process: only what `env` sets.
    #[must_use]
    pub const fn env_clear(self) -> Self {
        self.env_keep(&[])
    }

    /// Workers get only these variables of the environment of this process, with their values when a worker starts, and what
    /// `env` sets. A variable that is not set in this process is not set in workers.
    ///
    /// # Panics
    ///
    /// When a name is empty or contains a NUL byte.
    #[must_use]
    pub const fn env_keep(mut self, names: &'static [&'static str]) -> Self {
        let mut at = 0;
        while at < names.len() {
            assert_name(names[at]);
            at += 1;
        }
        self.env_kept = Some(names);
        self
    }

    /// Variables that are set in the environment of workers, in addition to those of this process.
    ///
    /// # Panics
    ///
    /// When a name is empty or contains `=`, or a NUL byte is in a name or value.
    #[must_use]
    pub const fn env(mut self, variables: &'static [(&'static str, &'static str)]) -> Self {
        let mut at = 0;
        while at < variables.len() {
            assert_name(variables[at].0);
            assert_no_equals_sign(variables[at].0);
            assert_no_nul(variables[at].1);
            at += 1;
        }
        self.env = variables;
        self
    }

    /// The folder that workers start in. The default is that of this process.
    ///
    /// # Panics
    ///
    /// When it is empty or contains a NUL byte.
    #[must_use]
    pub const fn current_dir(mut self, folder: &'static str) -> Self {
        assert_name(folder);
        self.current_dir = Some(folder);
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
        self.stack_size = Some(bytes);
        self
    }

    /// The program of workers, whose `main` must call `init`. The default is this program.
    ///
    /// # Panics
    ///
    /// When it is empty or contains a NUL byte.
    #[must_use]
    pub const fn executable(mut self, path: &'static str) -> Self {
        assert_name(path);
        self.executable = Some(path);
        self
    }

    /// The same, with a path that is known when the program runs, for a pool that is not built in a `const`.
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
        self.executable_path = Some(Box::leak(path.into_boxed_path()));
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
        assert_name(name);
        self.executable_var = Some(name);
        self
    }
}
