//! The lock of the job cell and of the lane, how threads start, and how they wait.
//!
//! It is a file of its own so that the model checker can replace the lock by its own.

use std::{io, sync::PoisonError, thread};

pub(crate) use std::{
    sync::MutexGuard,
    thread::{Thread, current as this_thread, park_timeout},
};

/// A mutex that cannot be poisoned: no code of a user runs while one is held.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T: ?Sized>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(std::sync::Mutex::new(value))
    }
}

impl<T: ?Sized> Mutex<T> {
    /// The value inside, for a caller who shares the mutex with nobody.
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts a thread. The work is boxed, so that what the standard library does for a thread is compiled once.
pub(crate) fn spawn(
    name: String,
    stack_size: Option<usize>,
    work: Box<dyn FnOnce() + Send>,
) -> io::Result<()> {
    let mut thread = thread::Builder::new().name(name);
    if let Some(bytes) = stack_size {
        thread = thread.stack_size(bytes);
    }
    thread.spawn(work).map(drop)
}
