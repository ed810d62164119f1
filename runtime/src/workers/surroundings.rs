//! What a worker process finds: its environment, its folder, its stack, and which program it is.

use std::path::PathBuf;

use super::Workers;

impl Workers {
    /// Gives workers no variable of the environment of this process: only what [`env`](Self::env) sets.
    ///
    /// Programs that workers start may need `PATH`, and libraries `HOME`, `TMPDIR` or `LANG`:
    /// [`env_keep`](Self::env_keep) passes some on. Nothing is passed on unless it is named.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static CLEAN: Workers = Workers::new("clean").env_clear().env(&[("LANG", "C")]);
    /// ```
    #[must_use]
    pub const fn env_clear(mut self) -> Self {
        self.engine.config = self.engine.config.env_clear();
        self
    }

    /// Gives workers only these variables of the environment of this process, with the values they have when a worker starts, and what
    /// [`env`](Self::env) sets. A variable that is not set here is not set there.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static CAREFUL: Workers = Workers::new("careful").env_keep(&["PATH", "TMPDIR"]);
    /// ```
    ///
    /// # Panics
    ///
    /// When a name is empty or contains a NUL byte.
    #[must_use]
    pub const fn env_keep(mut self, names: &'static [&'static str]) -> Self {
        self.engine.config = self.engine.config.env_keep(names);
        self
    }

    /// Sets variables in the environment of workers, in addition to those of this process.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static GREEN: Workers = Workers::new("green").env(&[("COLOUR", "green")]);
    /// ```
    ///
    /// # Panics
    ///
    /// When a name is empty or contains `=`, or a NUL byte is in a name or value.
    #[must_use]
    pub const fn env(mut self, variables: &'static [(&'static str, &'static str)]) -> Self {
        self.engine.config = self.engine.config.env(variables);
        self
    }

    /// The working directory of workers: that of this process unless said otherwise.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static ELSEWHERE: Workers = Workers::new("elsewhere").current_dir("/var/tmp");
    /// ```
    ///
    /// # Panics
    ///
    /// When it is empty or contains a NUL byte.
    #[must_use]
    pub const fn current_dir(mut self, folder: &'static str) -> Self {
        self.engine.config = self.engine.config.current_dir(folder);
        self
    }

    /// The stack size of the thread that runs bodies in a worker, in bytes. As for any thread of the standard library unless said
    /// otherwise.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static DEEP: Workers = Workers::new("deep").stack_size(64 << 20);
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn stack_size(mut self, bytes: usize) -> Self {
        self.engine.config = self.engine.config.stack_size(bytes);
        self
    }

    /// The path of the program that workers run; its `main` must call [`init`](crate::init()). This program itself unless said otherwise.
    ///
    /// When a worker starts, the names and signatures of the functions of this pool are compared, and nothing else. That the bodies do the
    /// same in both programs is up to whoever builds them.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static DECODERS: Workers = Workers::new("decoders").executable("/usr/libexec/decoder");
    /// ```
    ///
    /// # Panics
    ///
    /// When it is empty or contains a NUL byte.
    #[must_use]
    pub const fn executable(mut self, path: &'static str) -> Self {
        self.engine.config = self.engine.config.executable(path);
        self
    }

    /// Like [`executable`](Self::executable), with a path that is known only at run time, for a pool that is not built in a `const`.
    ///
    /// The path is never freed, as pools are not.
    ///
    /// ```
    /// # use tokio_offload::Workers;
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
        self.engine.config = self.engine.config.executable_path(path);
        self
    }

    /// The name of an environment variable that may hold the path of the program for workers. It is read each time a worker starts, and
    /// takes precedence over the other ways to name one. Where it is unset or empty, those apply.
    ///
    /// ```
    /// # use tokio_offload::Workers;
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
        self.engine.config = self.engine.config.executable_var(name);
        self
    }
}
