//! Why no worker process could be made ready.

use std::{error, fmt, time::Duration};

use crate::error::worker::WorkerExit;

/// Why no worker process could be made ready.
///
/// ```
/// use tokio_offload::{Error, StartError};
///
/// fn is_slow_init(error: &Error) -> bool {
///     matches!(error, Error::Start(start) if matches!(**start, StartError::Silent { .. }))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartError {
    /// The `init` of the workers failed or panicked, with this text.
    Init(String),
    /// The process has sent nothing in time.
    Silent {
        /// The `start_timeout` of the workers.
        limit: Duration,
        /// The path of the program that was executed.
        program: String,
    },
    /// The process died before it was ready.
    Died(WorkerExit),
    /// The process was built from other code. The text is the difference.
    Mismatch(String),
    /// The functions of this program cannot be listed: two of them, or two pools, have one name, or one has panicked.
    Functions(String),
}

/// How the engine exits in a process that was started like a worker, and not by the program whose worker it would be.
const STRAY: i32 = 70;

/// How the engine exits in a process that may have too few descriptors to be a worker.
const FULL: i32 = 71;

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Init(text) => write!(f, "the `init` of the workers failed: {text}"),
            Self::Silent { limit, program } => write!(
                f,
                "`{program}` was executed and was not ready within {limit:?}: its `main` must begin with `#[tokio_offload::main]` or \
                 `tokio_offload::init()`; if its `init` needs longer, set `start_timeout`; if it is the wrong program, set `executable`"
            ),
            Self::Died(exit) => {
                let advice = match exit.code() {
                    Some(STRAY) => {
                        "another process than this one has started it: a script must end with `exec` of the program, and what starts a \
                         further process for it cannot be used"
                    }
                    Some(FULL) => "it may open too few descriptors (`ulimit -n`)",
                    _ => {
                        "its `main` must begin with `#[tokio_offload::main]` or `tokio_offload::init()`"
                    }
                };
                write!(f, "{exit} before it was ready: {advice}")
            }
            Self::Mismatch(difference) => write!(
                f,
                "the process was built from other code: {difference}; build both from the same sources, and start this program again \
                 if its file was replaced meanwhile"
            ),
            Self::Functions(trouble) => f.write_str(trouble),
        }
    }
}

impl error::Error for StartError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::worker::Facts;

    #[test]
    fn an_exit_before_it_was_ready_is_told_with_its_cause() {
        for (code, words) in [
            (STRAY, "`exec` of the program"),
            (FULL, "`ulimit -n`"),
            (1, "`tokio_offload::init()`"),
        ] {
            let exit = WorkerExit(Box::new(Facts {
                pid: 7,
                signal: None,
                code: Some(code),
                stopped: None,
                memory_limit: None,
                crowd: None,
                closed: false,
                program: None,
                function: "",
                attempts: 1,
            }));
            let text = StartError::Died(exit).to_string();
            assert!(text.contains(words), "{text}");
        }
    }
}
