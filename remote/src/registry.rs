//! The functions that workers can run.

use std::fmt;

use crate::{codec::CodecError, shape::Shape, workers::Workers};

/// All functions of this program that workers can run; the linker puts them together.
#[linkme::distributed_slice]
pub static FUNCTIONS: [Function];

/// Decodes the arguments, runs the body, encodes the result. A panic of the body passes through.
pub type Answer = fn(input: &[u8], output: &mut Vec<u8>) -> Result<(), CodecError>;

/// One function that workers can run: one static for each annotated function.
pub struct Function {
    name: &'static str,
    pub(crate) workers: fn() -> &'static Workers,
    pub(crate) answer: Answer,
    pub(crate) shape: fn(&mut Shape),
}

impl Function {
    /// `name` is the stable key: the path of the function. `workers` leads to its pool, `answer` runs it, `shape` looks at its
    /// arguments and its result.
    pub const fn new(
        name: &'static str,
        workers: fn() -> &'static Workers,
        answer: Answer,
        shape: fn(&mut Shape),
    ) -> Self {
        Self {
            name,
            workers,
            answer,
            shape,
        }
    }

    /// The pool whose workers run it.
    pub fn workers(&self) -> &'static Workers {
        (self.workers)()
    }

    /// The stable key.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Function").field(&self.name).finish()
    }
}
