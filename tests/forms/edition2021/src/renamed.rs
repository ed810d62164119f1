//! The library by the name it has in `Cargo.toml`.

use std::path::Path;

use crate::elsewhere;

/// A function.
#[offloading::offload(crate = ::offloading)]
pub fn function(text: &str, path: impl AsRef<Path>) -> usize {
    elsewhere();
    text.len() + path.as_ref().as_os_str().len()
}

/// Has a method.
#[derive(Clone)]
pub struct Host(pub u8);

impl Host {
    /// A method.
    #[offloading::offload(crate = ::offloading, blocking = get_blocking)]
    pub fn get(&self) -> u8 {
        self.0
    }

    /// One that never returns.
    #[offloading::offload(crate = ::offloading)]
    pub fn never(self) -> ! {
        elsewhere();
        panic!("as it must")
    }
}
