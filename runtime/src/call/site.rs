//! The name and the source location of an annotated function.

use std::{fmt, panic::Location};

use super::meter::Meter;

/// One `static` for each annotated function.
#[derive(Debug)]
pub struct Site {
    name: &'static str,
    module: &'static str,
    file: &'static str,
    line: u32,
    meter: Meter,
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
            meter: Meter::new(),
        }
    }

    /// Describes a function of this crate by its public name, for the closures passed to it.
    #[track_caller]
    pub(crate) const fn ours(name: &'static str) -> Self {
        let here = Location::caller();
        Self::new(name, "tokio_offload", here.file(), here.line())
    }

    /// Its name with the module it stands in.
    pub(crate) fn path(&self) -> String {
        format!("{}::{}", self.module, self.name())
    }

    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) const fn file(&self) -> &'static str {
        self.file
    }

    pub(crate) const fn line(&self) -> u32 {
        self.line
    }

    /// The measurements of the function's calls.
    pub(crate) const fn meter(&self) -> &Meter {
        &self.meter
    }
}

/// A handle to a site. In generated code it is a closure without captures, so it adds no memory to a call.
pub trait Located: Copy + Send + Sync + 'static {
    /// The site.
    fn site(self) -> &'static Site;
}

impl<F: Fn() -> &'static Site + Copy + Send + Sync + 'static> Located for F {
    fn site(self) -> &'static Site {
        self()
    }
}

impl Located for &'static Site {
    fn site(self) -> &'static Site {
        self
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({}:{})", self.path(), self.file(), self.line())
    }
}
