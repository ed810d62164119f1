//! How a pool of workers is built, the part about what a worker finds: its environment, its folder, its stack, and which program it is.

use std::path::PathBuf;

use crate::{
    config::{has_no_nul, is_a_name},
    pool::Workers,
};

impl Workers {
    /// Workers do not get the environment of this process: only what [`env`](Self::env) sets.
    ///
    /// Programs that workers start may need `PATH`, and libraries `HOME`, `TMPDIR` or `LANG`:
    /// [`env_keep`](Self::env_keep) passes some on. Nothing is passed on unless it is named.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static CLEAN: Workers = Workers::new("clean").env_clear().env(&[("LANG", "C")]);
    /// ```
    #[must_use]
    pub const fn env_clear(self) -> Self {
        self.env_keep(&[])
    }

    /// Workers get only these variables of the environment of this process, as they are when a worker starts, and what
    /// [`env`](Self::env) sets. One that is not set here is not set there.
    ///
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static CAREFUL: Workers = Workers::new("careful").env_keep(&["PATH", "TMPDIR"]);
    /// ```
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
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static GREEN: Workers = Workers::new("green").env(&[("COLOUR", "green")]);
    /// ```
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
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static ELSEWHERE: Workers = Workers::new("elsewhere").current_dir("/var/tmp");
    /// ```
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
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static DEEP: Workers = Workers::new("deep").stack_size(64 << 20);
    /// ```
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
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static DECODERS: Workers = Workers::new("decoders").executable("/usr/libexec/decoder");
    /// ```
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
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// use std::sync::LazyLock;
    ///
    /// static DECODERS: LazyLock<Workers> = LazyLock::new(|| {
    ///     let folder = std::env::temp_dir();
    ///     Workers::new("decoders").executable_path(folder.join("decoder"))
    /// });
    /// assert_eq!(DECODERS.name(), "decoders");
    /// ```
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
    /// ```
    /// # use tokio_offload_remote::Workers;
    /// static DECODERS: Workers = Workers::new("decoders")
    ///     .executable("/usr/libexec/decoder")
    ///     .executable_var("MY_DECODER");
    /// ```
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
