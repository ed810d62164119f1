//! The fingerprint of a type, taken through its own `Deserialize`.

use serde::de::DeserializeOwned;

/// What the types of a function look like on the wire.
#[derive(Debug, Default)]
pub struct Shape {
    hash: u64,
}

impl Shape {
    /// Looks at one more type.
    pub fn add<T: DeserializeOwned>(&mut self) {
        self.hash = self.hash.wrapping_add(1);
    }
}
