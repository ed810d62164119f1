//! The error of a value that is written or read within limits: what serde passes between the format and the types.

use std::fmt;

use crate::{text::short, wire::limits::Limits};

/// What is wrong with a value, in the words of its type or of a limit.
#[derive(Debug)]
pub(crate) struct ValueError(String);

impl ValueError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// Turns an error of the format into an error of the type. The reason that `limits` keep says more than the format.
    pub(crate) fn of_format(error: impl fmt::Display, limits: &Limits) -> Self {
        let said = limits.reason();
        Self(said.map_or_else(|| error.to_string(), str::to_owned))
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ValueError {}

impl serde::ser::Error for ValueError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(short(&message))
    }
}

impl serde::de::Error for ValueError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(short(&message))
    }
}
