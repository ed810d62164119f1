//! Functions that have blocked workers, as the watch has reported them.

use std::{fmt, time::Duration};

/// A function that has blocked a worker (feature `watch`): the reports of all watches of this process about it.
///
/// ```
/// for blocked in tokio_offload::snapshot().blocked {
///     let function = blocked.function.as_deref().unwrap_or("unknown");
///     println!("{function}: {} reports, at most {:?}", blocked.reports, blocked.longest);
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct BlockedSnapshot {
    /// Its name; `None` stands for all functions that could not be named.
    pub function: Option<String>,
    /// The source file of the function.
    pub file: Option<String>,
    /// The line in that file where a worker was last seen.
    pub line: Option<u32>,
    /// The function that it called there.
    pub calls: Option<String>,
    /// Whether it computed there, and did not wait.
    pub computes: bool,
    /// How many reports there were.
    pub reports: u64,
    /// The longest time in a report. Reports are made while a worker is away, so it may have been longer.
    pub longest: Duration,
}

/// As it is shown in an advice.
impl fmt::Display for BlockedSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.function.as_deref().unwrap_or("unknown"))?;
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, " ({file}:{line})")?,
            (Some(file), None) => write!(f, " ({file})")?,
            _ => {}
        }
        match self.reports {
            1 => f.write_str(" has blocked a worker once")?,
            reports => write!(f, " has blocked workers {reports} times")?,
        }
        write!(f, ", for {} ms or longer", self.longest.as_millis())?;
        match &self.calls {
            Some(calls) => write!(f, ", in `{calls}`"),
            None => Ok(()),
        }
    }
}
