//! What is asked about a program that the program itself does not tell.

use std::path::Path;

use super::line::Line;

/// What the source and the table know.
pub(crate) struct Around<'a> {
    /// Whether a file is the package's.
    pub(crate) is_own: &'a dyn Fn(&Path) -> bool,
    /// Whether calls are not followed past the function of that name.
    pub(crate) ends: &'a dyn Fn(&str) -> bool,
    /// Whether the function of that name, whose signature is on that line, takes the `Context` of a task, if the source has it.
    pub(crate) takes_context: &'a dyn Fn(&Line, &str) -> Option<bool>,
}
