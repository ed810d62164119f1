//! The lock of the included files, and how their threads wait, on loom's.

use std::{
    cell::RefCell,
    io,
    ops::{Deref, DerefMut},
    sync::{self, OnceLock, PoisonError},
    thread,
    time::Duration,
};

pub(crate) use loom::thread::{Thread, current as this_thread};

loom::thread_local! {
    static PARKS: RefCell<Option<Box<dyn Fn()>>> = RefCell::new(None);
}

/// Has this thread call `note` whenever it is about to park.
pub(crate) fn when_parking(note: impl Fn() + 'static) {
    PARKS.with(|parks| *parks.borrow_mut() = Some(Box::new(note)));
}

/// Time is over at once, or never.
pub(crate) fn park_timeout(time: Duration) {
    PARKS.with(|parks| {
        if let Some(note) = &*parks.borrow() {
            note();
        }
    });
    if time.is_zero() {
        loom::thread::yield_now();
    } else {
        loom::thread::park();
    }
}

/// Loom's mutex cannot be made in a `const fn`, so the value lies in a plain one and loom's, made late, decides whose turn it is.
#[derive(Default)]
pub(crate) struct Mutex<T: ?Sized> {
    turn: OnceLock<loom::sync::Mutex<()>>,
    value: sync::Mutex<T>,
}

/// Gives the value back before the turn.
pub(crate) struct MutexGuard<'a, T: ?Sized> {
    value: sync::MutexGuard<'a, T>,
    _turn: loom::sync::MutexGuard<'a, ()>,
}

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self {
            turn: OnceLock::new(),
            value: sync::Mutex::new(value),
        }
    }
}

impl<T: ?Sized> Mutex<T> {
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.value.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        let turn = self.turn.get_or_init(Default::default).lock();
        MutexGuard {
            _turn: turn.unwrap_or_else(PoisonError::into_inner),
            value: self.value.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// A real thread: those that run cancel actions are no part of a model.
pub(crate) fn spawn(
    name: String,
    _: Option<usize>,
    work: Box<dyn FnOnce() + Send>,
) -> io::Result<()> {
    thread::Builder::new().name(name).spawn(work).map(drop)
}
