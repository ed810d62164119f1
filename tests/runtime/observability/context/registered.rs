//! What these tests register to be carried, once for all of them: nothing is ever taken back.

use std::{
    cell::Cell,
    sync::{
        Arc, Once,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};

use offload_tests::Current;
use tokio_offload::{Carry, carry};

tokio::task_local! {
    pub(crate) static TENANT: String;
    pub(crate) static LOCALE: Option<&'static str>;
    pub(crate) static COUNT: Count;
    pub(crate) static HELD: Arc<()>;
    /// Declared, but not registered.
    pub(crate) static PRIVATE: u32;
}

/// A copy counts on by itself.
#[derive(Debug, Default)]
pub(crate) struct Count(pub(crate) AtomicU32);

impl Clone for Count {
    fn clone(&self) -> Self {
        Self(AtomicU32::new(self.0.load(SeqCst)))
    }
}

thread_local! {
    /// Where `PanickingCarry` panics for calls of this thread.
    pub(crate) static FAULT: Cell<Option<Fault>> = const { Cell::new(None) };
}

/// The method of a carry that panics.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    Capture,
    Clone,
    Before,
    After,
    Drop,
}

impl Fault {
    pub(crate) const ALL: [Self; 5] = [
        Self::Capture,
        Self::Clone,
        Self::Before,
        Self::After,
        Self::Drop,
    ];
}

/// A value that makes the mistakes of values.
pub(crate) struct Faulty(Fault);

impl Clone for Faulty {
    fn clone(&self) -> Self {
        assert_ne!(self.0, Fault::Clone, "a value that panics");
        Self(self.0)
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        assert_ne!(self.0, Fault::Drop, "a value that panics");
    }
}

struct PanickingCarry;

impl Carry for PanickingCarry {
    type Value = Faulty;

    fn capture(&self) -> Option<Faulty> {
        let fault = FAULT.get();
        assert_ne!(fault, Some(Fault::Capture), "a carry that panics");
        fault.map(Faulty)
    }

    fn scope<R>(&self, value: Faulty, body: impl FnOnce() -> R) -> R {
        match value.0 {
            Fault::Clone | Fault::Drop => return body(),
            Fault::After => drop(body()),
            Fault::Capture | Fault::Before => {}
        }
        panic!("a carry that panics");
    }
}

/// Registers what all tests use. The panicking carry is registered between two good ones.
pub(crate) fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        carry(&TENANT);
        carry(PanickingCarry);
        carry(&LOCALE);
        carry(&COUNT);
        carry(&HELD);
        carry(Current);
    });
}

/// The tenant that is set on this thread.
pub(crate) fn tenant() -> Option<String> {
    TENANT.try_with(Clone::clone).ok()
}

pub(crate) fn locale() -> Option<&'static str> {
    LOCALE.try_with(|locale| *locale).ok().flatten()
}
