//! Questions that the built program cannot answer, but its source and the table can.

use std::path::Path;

use super::line::Line;

/// Answers of the source and of the table.
pub(crate) struct Questions<'a> {
    /// Whether a file belongs to the package.
    pub(crate) is_own: &'a dyn Fn(&Path) -> bool,
    /// Whether calls are not followed beyond the function of that name. The second argument says whether it is the package's own.
    pub(crate) ends: &'a dyn Fn(&str, bool) -> bool,
    /// Whether the statement that begins on that line calls a method of that name.
    pub(crate) calls_method: &'a dyn Fn(&Line, &str) -> bool,
    /// Whether the function of that name, whose signature is on that line, takes the `Context` of a task, if the source has it.
    pub(crate) takes_context: &'a dyn Fn(&Line, &str) -> Option<bool>,
}
