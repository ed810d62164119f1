//! `Blocked`: a report about a worker that was blocked.

use std::{fmt, time::Duration};

/// A report: a worker, or the thread inside `block_on`, has not returned to its runtime within the limit.
///
/// Its text (`Display`) says what to do:
///
/// ```text
/// worker 2 has been blocked for 101 ms in `std::thread::sleep` (clock_nanosleep), called by `app::load`
/// (src/load.rs:58): put `#[offload]` on the function that calls it
/// ```
///
/// Function, file and line are those of the innermost frame that is not part of the standard library or of a dependency. They
/// are `None` if they could not be found: on systems other than Linux on `x86_64`, in programs without symbols, and for threads
/// that compute when the feature `process` is off or the system forbids reading their registers. The text then gives the
/// reason.
///
/// ```
/// # use std::time::Duration;
/// # #[tokio::main]
/// # async fn main() -> std::io::Result<()> {
/// use tokio_offload_watch::{Blocked, on_blocked};
///
/// on_blocked(Duration::from_millis(100), |report: &Blocked| {
///     let place = report.place().unwrap_or_else(|| "somewhere".into());
///     eprintln!("{place}: {:?} for {:?}", report.how, report.after);
/// })?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Blocked {
    /// The number of the worker, as in `RuntimeMetrics`; `None` for the thread inside `block_on` of a runtime with several workers.
    /// If several workers are blocked at once, tokio does not say which thread belongs to which worker.
    pub worker: Option<usize>,
    /// What its thread is doing.
    pub how: How,
    /// How long the worker had not returned to its runtime when the report was made.
    pub after: Duration,
    /// Whether all of that time passed in one poll. If false, it may have been several polls in a row (at most 61) without a
    /// return to the runtime.
    pub one_poll: bool,
    /// Your function that blocks.
    pub function: Option<String>,
    /// The source file of the function.
    pub file: Option<String>,
    /// The line in that file.
    pub line: Option<u32>,
    /// What the function calls there. Functions with the same machine code may be confused here.
    pub calls: Option<String>,
    /// The names of all frames, innermost first.
    pub stack: Vec<String>,
    /// If more threads block than this runtime misses workers, because other runtimes have blocked threads too: what each of
    /// them is doing.
    pub one_of: Vec<String>,
    /// Why no function is named, and how to change that.
    pub unnamed: Option<&'static str>,
}

/// What the thread of a blocked worker is doing.
///
/// ```
/// use tokio_offload_watch::{Blocked, How};
///
/// /// Whether somebody should be called for it.
/// fn is_serious(report: &Blocked) -> bool {
///     match report.how {
///         // The machine is at fault, and others watch that.
///         How::NotScheduled { .. } => false,
///         _ => report.after.as_secs() > 1,
///     }
/// }
/// # let _: fn(&Blocked) -> bool = is_serious;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum How {
    /// It waits in the kernel.
    Waiting {
        /// The system call.
        syscall: &'static str,
    },
    /// It computes.
    Computing,
    /// It is ready to run but gets no processor: the machine is overloaded.
    NotScheduled {
        /// The percentage of the time in which it waited for a processor.
        percent: u8,
    },
    /// It is not known.
    Unknown,
}

impl Blocked {
    pub(crate) fn new(worker: Option<usize>, how: How, after: Duration) -> Self {
        Self {
            worker,
            how,
            after,
            one_poll: false,
            function: None,
            file: None,
            line: None,
            calls: None,
            stack: Vec::new(),
            one_of: Vec::new(),
            unnamed: None,
        }
    }

    /// The place in the source, such as `src/load.rs:58`, if it is known.
    ///
    /// ```
    /// use tokio_offload_watch::Blocked;
    ///
    /// fn line(report: &Blocked) -> String {
    ///     report.place().unwrap_or_else(|| "at an unknown place".to_owned())
    /// }
    /// # let _ = line;
    /// ```
    pub fn place(&self) -> Option<String> {
        let file = self.file.as_ref()?;
        Some(match self.line {
            Some(line) => format!("{file}:{line}"),
            None => file.clone(),
        })
    }

    /// The function that the thread is in, and its caller.
    pub(crate) fn what(&self) -> String {
        let syscall = match self.how {
            How::Waiting { syscall } => Some(syscall),
            _ => None,
        };
        let inner = match (self.calls.as_deref(), syscall) {
            // The function of the C library has the name of its call.
            (Some(calls), Some(syscall)) if calls.trim_start_matches('_') != syscall => {
                Some(format!("`{calls}` ({syscall})"))
            }
            (Some(name), _) | (None, Some(name)) => Some(format!("`{name}`")),
            (None, None) => None,
        };
        let at = self
            .place()
            .map(|it| format!(" ({it})"))
            .unwrap_or_default();
        let outer = self.function.as_ref().map(|it| format!("`{it}`{at}"));
        match (inner, outer) {
            (Some(inner), Some(outer)) => format!("{inner}, called by {outer}"),
            (inner, outer) => inner.or(outer).unwrap_or_default(),
        }
    }

    fn who(&self) -> String {
        match self.worker {
            Some(worker) => format!("worker {worker}"),
            None => "the thread inside `block_on`".into(),
        }
    }
}

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (who, ms) = (self.who(), self.after.as_millis());
        if let How::NotScheduled { percent } = self.how {
            return write!(
                f,
                "{who} has got no processor for {percent} % of {ms} ms: the machine is overloaded, this is not your code"
            );
        }
        let doing = match (self.how, self.one_poll) {
            (How::Computing, true) => "has been computing",
            (_, true) => "has been blocked",
            (_, false) => "has not come back to its runtime",
        };
        write!(f, "{who} {doing} for {ms} ms")?;
        self.write_where(f)
    }
}

impl Blocked {
    fn write_where(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let syscall = match self.how {
            How::Waiting { syscall } => Some(syscall),
            _ => None,
        };
        if self.function.is_none() {
            return self.write_unnamed(f, syscall);
        }
        let seen = if self.one_poll {
            " in "
        } else {
            ", last seen in "
        };
        write!(f, "{seen}{}", self.what())?;
        let whom = if self.calls.is_some() {
            "the function that calls it"
        } else {
            "it"
        };
        match self.how {
            _ if self.is_of_trait() => write!(f, ": move that into a function with `#[offload]`"),
            How::Computing => write!(
                f,
                ": put `#[offload]` on {whom}, best with a pool for computing"
            ),
            _ => write!(f, ": put `#[offload]` on {whom}"),
        }
    }

    /// Whether the function is a method of a trait, which determines whether it is async.
    fn is_of_trait(&self) -> bool {
        let name = self.function.as_deref().unwrap_or_default();
        name.starts_with('<') && name.contains(" as ")
    }

    fn write_unnamed(&self, f: &mut fmt::Formatter<'_>, syscall: Option<&str>) -> fmt::Result {
        if let Some(syscall) = syscall {
            write!(f, " in `{syscall}`")?;
        }
        if !self.one_of.is_empty() {
            write!(f, "; it is one of: {}", self.one_of.join("; "))?;
        }
        self.unnamed.map_or(Ok(()), |why| write!(f, "; {why}"))
    }
}

#[cfg(test)]
mod tests;
