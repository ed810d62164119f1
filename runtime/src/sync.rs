//! The lock of the job cell and of the lane, and how threads wait.
//!
//! It is a file of its own so that the model checker can replace the lock by its own.

use std::sync::PoisonError;

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
