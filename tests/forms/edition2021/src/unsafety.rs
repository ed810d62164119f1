//! `unsafe fn`: the caller promises at the call, and the body is unsafe as in the plain function.

use std::sync::Arc;

use offloading::offload;

use crate::elsewhere;

/// Reads a place.
#[offload]
pub unsafe fn read(address: usize) -> u8 {
    elsewhere();
    *(address as *const u8)
}

/// Reads with a block of its own.
#[offload]
pub unsafe fn with_block(address: usize, text: &str) -> usize {
    elsewhere();
    let one = unsafe { *(address as *const u8) };
    usize::from(one) + text.len()
}

/// Generic and with a twin.
#[offload(blocking = cast_blocking)]
pub unsafe fn cast<T: Copy>(address: usize, (more, _): (u8, u8)) -> (T, u8) {
    (*(address as *const T), more)
}

/// Opaque.
#[offload]
pub unsafe fn opaque(text: &str) -> impl Iterator<Item = u8> {
    elsewhere();
    text.as_bytes().to_vec().into_iter()
}

/// Has unsafe methods.
#[derive(Clone)]
pub struct Host(pub u8);

impl Host {
    /// By reference.
    #[offload]
    pub unsafe fn by_reference(&self, #[cfg(not(target_os = "none"))] address: usize) -> u8 {
        elsewhere();
        self.0 + *(address as *const u8)
    }

    /// By pointer, with a twin.
    #[offload(blocking = by_arc_blocking)]
    pub unsafe fn by_arc(self: Arc<Self>, address: usize) -> u8 {
        self.0 + *(address as *const u8)
    }
}

/// An unsafe function in a trait.
pub trait Read {
    /// Reads.
    ///
    /// # Safety
    ///
    /// `address` must be one of a byte.
    unsafe fn read(&self, address: usize) -> offloading::Offload<u8>;
}

impl Read for Host {
    #[offload]
    unsafe fn read(&self, address: usize) -> u8 {
        elsewhere();
        self.0 + *(address as *const u8)
    }
}
