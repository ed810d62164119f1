//! The permits to request parts of values, for all values of a connection, because all other messages wait behind such parts.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::sync::{Semaphore, SemaphorePermit};

/// How many parts are requested at once. Not measured, as the other numbers here: enough that a slow peer does not stop the others.
const WINDOW: usize = 4;
/// How long a request keeps its permit, at most and at least. The process that was asked may be slow or never answer, and others must not
/// wait for it. With less, more parts are on the way at once; with more, a peer that hangs delays others for longer.
pub(super) const HELD: Duration = Duration::from_secs(2);
const BRIEF: Duration = Duration::from_millis(50);
/// The assumed time of a part, in milliseconds, before the first has come. A longer time then replaces it at once, a shorter one gradually.
const TAKES: u64 = 50;

/// See above.
#[derive(Debug)]
pub(crate) struct Turns {
    all: Semaphore,
    /// The permit of the processes that have not answered in time: they wait for each other.
    of_silent: Semaphore,
    /// These processes, with the number of unanswered requests.
    silent: Mutex<HashMap<String, usize>>,
    /// How long parts take, in milliseconds: the longest of the last ones.
    takes: AtomicU64,
    /// How many bytes the last part had.
    pub(super) bytes: AtomicUsize,
}

pub(super) type Turn<'a> = SemaphorePermit<'a>;

impl Turns {
    pub(crate) fn new() -> Self {
        Self {
            all: Semaphore::new(WINDOW),
            of_silent: Semaphore::new(1),
            silent: Mutex::default(),
            takes: AtomicU64::new(TAKES),
            bytes: AtomicUsize::new(super::LEAST),
        }
    }

    /// Waits for a turn to request a part from the process with that subject.
    pub(super) async fn take(&self, subject: &str) -> Option<Turn<'_>> {
        loop {
            if self.counts().contains_key(subject) {
                return self.of_silent.acquire().await.ok();
            }
            let turn = self.all.acquire().await.ok()?;
            // It may have become silent meanwhile.
            if !self.counts().contains_key(subject) {
                return Some(turn);
            }
        }
    }

    /// How long a request keeps its turn now.
    pub(super) fn patience(&self) -> Duration {
        Duration::from_millis(self.takes.load(Relaxed) * 4).clamp(BRIEF, HELD)
    }

    /// A part has come after that time.
    pub(super) fn took(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let before = self.takes.load(Relaxed);
        let takes = millis.min(HELD.as_secs() * 1000).max(before * 3 / 4);
        self.takes.store(takes, Relaxed);
    }

    /// A request to the process with that subject has given its turn back. Until it ends, the process counts as silent.
    pub(super) fn silent(&self, subject: &str) -> Silent<'_> {
        *self.counts().entry(subject.to_owned()).or_default() += 1;
        Silent(self, subject.to_owned())
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See above.
pub(super) struct Silent<'a>(&'a Turns, String);

impl Drop for Silent<'_> {
    fn drop(&mut self) {
        let mut counts = self.0.counts();
        if let Some(requests) = counts.get_mut(&self.1) {
            *requests -= 1;
            if *requests == 0 {
                counts.remove(&self.1);
            }
        }
    }
}
