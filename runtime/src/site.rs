//! Where an annotated function stands in the source.

use std::fmt;

/// One `static` for each annotated function.
#[derive(Debug)]
pub struct Site {
    name: &'static str,
    module: &'static str,
    file: &'static str,
    line: u32,
}

impl Site {
    /// Describes the function `name` of `module`, written at `file:line`.
    pub const fn new(
        name: &'static str,
        module: &'static str,
        file: &'static str,
        line: u32,
    ) -> Self {
        Self {
            name,
            module,
            file,
            line,
        }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}::{}` ({}:{})",
            self.module, self.name, self.file, self.line
        )
    }
}
