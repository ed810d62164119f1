//! Findings, and the advice that they come with.

use std::collections::HashSet;

use crate::program::Line;

/// A place that blocks a worker.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// The group of the table.
    pub(crate) id: String,
    /// The level of the group, or the highest level for calls that happen only while the program starts, or may not happen.
    pub(crate) level: u8,
    /// The function of the table that is called in the end.
    pub(crate) blocks: String,
    pub(crate) site: Line,
    /// The async body that leads here, its place, and the functions on the path. The last one is `blocks`.
    pub(crate) root: Step,
    pub(crate) chain: Vec<Step>,
    pub(crate) at_start: bool,
    pub(crate) pointer: Option<Pointer>,
    pub(crate) way_out: WayOut,
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
pub(crate) enum WayOut {
    /// Put the attribute on this function at that place. Code that is not async may call it too, in this program or another one.
    Annotate {
        function: String,
        line: Line,
        has_sync_callers: bool,
    },
    /// This function is offloaded already, and async code calls its blocking version.
    Offloaded(String),
    /// Async code calls it directly, or a trait fixes the method. Another function has to be called.
    Instead,
    /// The function is called through a pointer, which needs it unchanged.
    Pointed,
    /// The same, through this function of another crate.
    Around(String),
    /// A future of another crate blocks while it is awaited.
    Inside(String),
}

/// Adds which functions code calls that is not async, which all programs show together.
pub(crate) fn tell_callers(findings: &mut [Finding], called_from_sync: &HashSet<Line>) {
    for finding in findings {
        if let WayOut::Annotate {
            line,
            has_sync_callers,
            ..
        } = &mut finding.way_out
        {
            *has_sync_callers = called_from_sync.contains(line);
        }
    }
}
