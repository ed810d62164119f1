//! Receivers, and `self` in bodies.

use std::sync::Arc;

use offloading::{offload, Offload};

use crate::elsewhere;

/// Something that can be cloned.
#[derive(Clone, Debug)]
pub struct Host(pub u8);

impl Host {
    /// By reference.
    #[offload]
    pub fn shown(&self, more: &str) -> String {
        elsewhere();
        let text = || format!("{self:?}{more}");
        text()
    }

    /// By value.
    #[offload]
    pub fn grown(mut self, by: u8) -> Self {
        elsewhere();
        self.0 += by;
        self
    }

    /// By pointer.
    #[offload]
    pub fn shared(self: Arc<Self>) -> u8 {
        elsewhere();
        self.0
    }

    /// By box, opaque.
    #[offload]
    pub fn boxed(self: Box<Self>) -> impl Iterator<Item = u8> {
        elsewhere();
        0..self.0
    }

    /// Opaque, with a twin.
    #[offload(blocking = each_blocking)]
    pub fn each(&self, more: &[u8]) -> impl Iterator<Item = u8> {
        let mut all = more.to_vec();
        all.push(self.0);
        all.into_iter()
    }
}

/// A trait that makes objects.
pub trait Object {
    /// Gets.
    fn get(&self, key: &str) -> Offload<usize>;
}

impl Object for Host {
    #[offload]
    fn get(&self, key: &str) -> usize {
        elsewhere();
        key.len() + usize::from(self.0)
    }
}
