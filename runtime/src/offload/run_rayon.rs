//! `Rayon.run`: closures in rayon's global pool.

use super::{Offload, place::on};
use crate::{call::site::Site, executor::rayon::Rayon};

impl Rayon {
    /// Runs a closure in rayon's global pool: what [`run`](crate::run) does, here.
    pub fn run<R: Send + 'static>(self, f: impl FnOnce() -> R + Send + 'static) -> Offload<R> {
        static SITE: Site = Site::ours("Rayon::run");
        Offload::new(|| &SITE, on(&Self), f)
    }
}
