//! `Panic`: what a body threw.

use std::{
    any::Any,
    fmt,
    panic::resume_unwind,
    sync::{Mutex, PoisonError},
};

/// The panic of a body.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tokio_offload::{Error, run};
///
/// let ended = run(|| -> u8 { panic!("no such user") }).outcome().await;
/// let Err(Error::Panicked(panic)) = ended else { unreachable!() };
/// assert_eq!(panic.message().as_deref(), Some("no such user"));
/// # }
/// ```
pub struct Panic {
    thrown: Box<Thrown>,
}

struct Thrown {
    // The mutex makes a payload that is only `Send` shareable, so that `Error` fits in `anyhow::Error` and its kin.
    payload: Mutex<Box<dyn Any + Send>>,
    location: Option<String>,
}

impl Panic {
    pub(crate) fn new(payload: Box<dyn Any + Send>) -> Self {
        Self::at(payload, None)
    }

    /// A panic in another process, of which the place is known.
    pub(crate) fn at(payload: Box<dyn Any + Send>, location: Option<String>) -> Self {
        let payload = Mutex::new(payload);
        Self {
            thrown: Box::new(Thrown { payload, location }),
        }
    }

    /// The text the body panicked with, when it panicked with one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use tokio_offload::{Error, run};
    /// let outcome = run(|| -> u8 { std::panic::panic_any("no {}".to_owned()) }).outcome().await;
    /// let Err(Error::Panicked(panic)) = outcome else { panic!() };
    /// assert_eq!(panic.message().as_deref(), Some("no {}"));
    /// # }
    /// ```
    pub fn message(&self) -> Option<String> {
        let payload = &self.thrown.payload;
        let payload = payload.lock().unwrap_or_else(PoisonError::into_inner);
        let text = payload.downcast_ref::<&'static str>().map(|s| (*s).into());
        text.or_else(|| payload.downcast_ref::<String>().cloned())
    }

    /// File, line and column of a panic in a worker process. Those of others are reported where they happen.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use tokio_offload::{Error, run};
    /// let outcome = run(|| -> u8 { std::panic::panic_any("no {}".to_owned()) }).outcome().await;
    /// let Err(Error::Panicked(panic)) = outcome else { panic!() };
    /// assert_eq!(panic.location(), None); // it was in this process
    /// # }
    /// ```
    pub fn location(&self) -> Option<&str> {
        self.thrown.location.as_deref()
    }

    /// The very value the body panicked with; of a panic in a worker process its text, a `String`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use tokio_offload::{Error, run};
    /// let outcome = run(|| -> u8 { std::panic::panic_any("no {}".to_owned()) }).outcome().await;
    /// let Err(Error::Panicked(panic)) = outcome else { panic!() };
    /// assert!(panic.into_payload().is::<String>());
    /// # }
    /// ```
    pub fn into_payload(self) -> Box<dyn Any + Send> {
        let thrown = *self.thrown;
        thrown
            .payload
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Continues the panic in the current thread, with the same payload and without a second report.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use tokio_offload::{Error, run};
    /// let outcome = run(|| -> u8 { std::panic::panic_any("no {}".to_owned()) }).outcome().await;
    /// let Err(Error::Panicked(panic)) = outcome else { panic!() };
    /// let again = std::panic::catch_unwind(|| panic.resume());
    /// assert!(again.unwrap_err().is::<String>());
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Always: that is its purpose.
    pub fn resume(self) -> ! {
        resume_unwind(self.into_payload())
    }
}

impl fmt::Debug for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("Panic");
        shown.field(&self.message());
        self.location().map(|location| shown.field(&location));
        shown.finish()
    }
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the offloaded body panicked")?;
        if let Some(location) = self.location() {
            write!(f, " at {location}")?;
        }
        match self.message() {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}
