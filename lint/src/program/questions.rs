//! What the program itself does not say, and the source and the table do.

use std::path::Path;

use super::line::Line;

/// Questions that the source and the table answer.
pub(crate) struct Questions<'a> {
    /// Whether a file belongs to the package.
    pub(crate) is_own: &'a dyn Fn(&Path) -> bool,
    /// Whether calls are not followed beyond the function of that name, which may be the package's own.
    pub(crate) ends: &'a dyn Fn(&str, bool) -> bool,
    /// Whether the function of that name, whose signature is on that line, takes the `Context` of a task, if the source has it.
    pub(crate) takes_context: &'a dyn Fn(&Line, &str) -> Option<bool>,
}
