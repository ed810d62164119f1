//! `Rayon.run`: closures in rayon's global pool.

use super::{Offload, place::on};
use crate::{call::site::Site, executor::rayon::Rayon};

impl Rayon {
    /// Runs a closure in rayon's global pool, as [`run`](crate::run) does on the default threads.
    ///
    /// Lazy, like every [`Offload`]: nothing is submitted before the first poll or [`start`](Offload::start).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::Rayon;
    ///
    /// let sorted = Rayon.run(|| {
    ///     let mut numbers = vec![3, 1, 2];
    ///     numbers.sort_unstable();
    ///     numbers
    /// });
    /// assert_eq!(sorted.await, [1, 2, 3]);
    /// # }
    /// ```
    pub fn run<R: Send + 'static>(self, f: impl FnOnce() -> R + Send + 'static) -> Offload<R> {
        static SITE: Site = Site::ours("Rayon::run");
        Offload::new(|| &SITE, on(&Self), f)
    }
}
