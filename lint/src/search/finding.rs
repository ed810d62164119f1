//! Findings, and the advice that they come with.

use std::collections::HashSet;

use crate::program::Line;

/// A place that blocks a worker.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// The group of the table.
    pub(crate) id: String,
    /// The level of the group, or the highest (least urgent) level for calls that happen only while the program starts, or may not happen.
    pub(crate) level: u8,
    /// The function of the table that is reached.
    pub(crate) blocks: String,
    pub(crate) site: Line,
    /// The async body at which the path begins.
    pub(crate) root: Step,
    /// The functions on the path. The last one is `blocks`.
    pub(crate) chain: Vec<Step>,
    pub(crate) at_start: bool,
    pub(crate) pointer: Option<Pointer>,
    pub(crate) remedy: Remedy,
}

/// A function on the path whose address was taken.
#[derive(Clone, Debug)]
pub(crate) struct Pointer {
    pub(crate) function: String,
    /// The place where it was taken.
    pub(crate) taken: Option<Line>,
    /// Whether a function on the path calls through a pointer.
    pub(crate) is_called: bool,
}

/// A function, and the line of its definition or of a call of it.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) line: Option<Line>,
}

/// What to do about a finding.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Remedy {
    /// Put the attribute on this function. `has_sync_callers`: code that is not async calls it too, in this program or another one.
    Annotate {
        function: String,
        line: Line,
        has_sync_callers: bool,
    },
    /// This function has the attribute already, and async code calls its blocking version.
    Offloaded(String),
    /// Call another function instead: async code calls the blocking one directly, or a trait fixes the signature of the method.
    Instead,
    /// The function is called through a pointer, so its signature cannot change.
    Pointed,
    /// It happens where a value is dropped, which cannot be awaited.
    Dropped,
    /// Put the attribute on a function around this call of another crate's function.
    Around(String),
    /// This future of another crate blocks while it is awaited.
    Inside(String),
}

/// Sets `has_sync_callers`. It is known only after all programs were examined.
pub(crate) fn tell_callers(findings: &mut [Finding], called_from_sync: &HashSet<Line>) {
    for finding in findings {
        if let Remedy::Annotate {
            line,
            has_sync_callers,
            ..
        } = &mut finding.remedy
        {
            *has_sync_callers = called_from_sync.contains(line);
        }
    }
}
