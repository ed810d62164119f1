//! `Rayon.run`: closures in rayon's global pool.

use super::{Offload, answer::Answer, place::on};
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
    pub fn run<R, MustNotReturnAFuture>(self, f: impl FnOnce() -> R + Send + 'static) -> Offload<R>
    where
        R: Send + 'static,
        R: Answer<MustNotReturnAFuture>, // a future would only be made here: `block_on` it in the closure, or hand it out in a tuple
    {
        static SITE: Site = Site::ours("Rayon::run");
        Offload::new(|| &SITE, on(&Self), f)
    }
}
