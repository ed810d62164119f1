//! Wrappers that are `Send` although their field is not: a closure must take them whole.

use std::sync::Arc;

use offloading::offload;

use crate::elsewhere;

/// Points to something that any thread may read.
#[derive(Clone, Copy)]
pub struct SendPtr(pub *const u8);

// SAFETY: the tests let it point to what lives for ever and is never written.
unsafe impl Send for SendPtr {}

impl SendPtr {
    fn read(ptr: *const u8) -> u8 {
        // SAFETY: see the `Send` above.
        unsafe { *ptr }
    }

    /// By value.
    #[offload]
    pub fn by_value(self) -> u8 {
        elsewhere();
        Self::read(self.0)
    }

    /// By reference.
    #[offload]
    pub fn by_reference(&self) -> u8 {
        elsewhere();
        let Self(ptr) = self;
        Self::read(*ptr)
    }

    /// By value, with a twin.
    #[offload(blocking = twin_blocking)]
    pub fn twin(self, _: &str) -> u8 {
        Self::read(self.0)
    }

    /// By value, captured.
    #[offload]
    pub fn captured(self, #[cfg(not(target_os = "none"))] other: SendPtr) -> u8 {
        elsewhere();
        Self::read(self.0) + Self::read(other.0)
    }
}

/// The field of an argument.
#[offload]
pub fn field(ptr: SendPtr) -> u8 {
    elsewhere();
    SendPtr::read(ptr.0)
}

/// The field through a pattern.
#[offload]
pub fn pattern(SendPtr(ptr): SendPtr) -> u8 {
    elsewhere();
    SendPtr::read(ptr)
}

/// The field through a pattern, of an argument that crosses in another way.
#[offload]
pub fn conditional_pattern(
    #[cfg(not(target_os = "none"))] SendPtr(ptr): SendPtr,
    #[cfg(not(target_os = "none"))] (one, _): (SendPtr, u8),
) -> u8 {
    elsewhere();
    SendPtr::read(ptr) + SendPtr::read(one.0)
}

/// Borrowed.
#[offload]
pub fn borrowed(ptr: &SendPtr, all: &[SendPtr], maybe: Option<&SendPtr>) -> u8 {
    elsewhere();
    SendPtr::read(ptr.0) + SendPtr::read(all[0].0) + maybe.map_or(0, |ptr| SendPtr::read(ptr.0))
}

/// Never touched.
#[offload]
pub fn untouched(_: SendPtr, _ptr: SendPtr, #[cfg(not(target_os = "none"))] _: SendPtr) -> SendPtr {
    elsewhere();
    SendPtr(&1)
}

/// In a closure of the body.
#[offload]
pub fn in_closure(ptr: SendPtr, shared: Arc<u8>) -> u8 {
    elsewhere();
    let read = move || SendPtr::read(ptr.0) + *shared;
    read()
}
