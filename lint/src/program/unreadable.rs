//! Why a program cannot be read, and what to do about it.

use std::path::PathBuf;

/// Why a program cannot be read.
#[derive(Debug)]
pub(crate) enum Unreadable {
    Io(PathBuf, std::io::Error),
    Format(PathBuf, String),
    /// It was built without the information that is read here. Another build may have it.
    Lacks(PathBuf, Missing),
}

/// The information that a build may leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    Symbols,
    Debug,
    /// Debug information is in other files (`split-debuginfo`).
    Split,
}

/// Cargo does not see that a file has changed that it has written itself, so it would not build it again.
pub(super) fn damaged(why: impl std::fmt::Display) -> String {
    format!("the file is damaged ({why}); build it again after `cargo clean`")
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            Self::Format(path, why) => write!(f, "cannot make sense of {}: {why}", path.display()),
            Self::Lacks(path, what) => write!(f, "cannot look into {}: {what}", path.display()),
        }
    }
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Symbols => {
                "it has no symbols; leave out `-C strip`, in RUSTFLAGS and .cargo/config.toml, too"
            }
            Self::Debug => {
                "it has no debug information about the package; leave out `-C debuginfo`, `-C strip` and `--remap-path-prefix`, in RUSTFLAGS and .cargo/config.toml, too"
            }
            Self::Split => {
                "its debug information is in files of its own; leave out `-C split-debuginfo`, in RUSTFLAGS and .cargo/config.toml, too"
            }
        })
    }
}
