//! The groups of a value: its structs and tuples, whose parts are written without their number. How many parts each has is compared at the
//! end, so that a field that only one side leaves out is an error, and not another value.

use std::fmt;

/// How many bytes a value with groups takes at its end.
pub(crate) const CHECK: usize = 4;

/// The groups that have been written, or read, in their order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Groups {
    hash: Option<u32>,
}

/// Writer and reader do not agree.
pub(crate) struct Different;

impl Groups {
    /// One more group, of so many parts. One of a single part does not count: a tuple struct with `skip` is written as a tuple of one part,
    /// and read as a struct around one.
    pub(crate) fn add(&mut self, parts: usize) {
        if parts == 1 {
            return;
        }
        // FNV-1a, a number at a time.
        let hash = self.hash.unwrap_or(0x811c_9dc5);
        let parts = u32::try_from(parts).unwrap_or(u32::MAX);
        self.hash = Some((hash ^ parts).wrapping_mul(0x0100_0193).rotate_left(5));
    }

    /// What stands at the end of the value: nothing if it has no groups.
    pub(crate) fn check(self) -> Option<[u8; CHECK]> {
        self.hash.map(u32::to_le_bytes)
    }

    /// Compares that with what was read, and returns what follows.
    pub(crate) fn compare(self, input: &[u8]) -> Result<&[u8], Different> {
        let Some(check) = self.check() else {
            return Ok(input);
        };
        input.strip_prefix(&check).ok_or(Different)
    }
}

impl fmt::Display for Different {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "its `Serialize` writes other fields than its `Deserialize` reads: of `skip_serializing` and `skip_deserializing` a field has \
             both, which is `skip`, or none; or the program that wrote it has another definition of the type",
        )
    }
}
