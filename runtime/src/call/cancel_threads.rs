//! The rules for the threads that run cancel actions: which thread takes work, when another one starts, when one ends. Pure logic.

use std::{collections::VecDeque, mem};

/// The queued work, and the state of the threads that take it.
#[derive(Clone)]
pub(crate) struct CancelThreads<W> {
    work: VecDeque<W>,
    threads: usize,
    /// The number of threads that wait for work.
    idle: usize,
    /// Whether a delayed thread has started and still sleeps.
    late: bool,
    /// The number of threads that take work without a delay.
    prompt: usize,
}

/// What the queued work needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Nothing,
    /// Wake one of the threads that wait.
    Wake,
    /// Start another thread. If `late`, it sleeps before it takes work.
    Start {
        late: bool,
    },
}

impl<W> CancelThreads<W> {
    pub(crate) const fn new(prompt: usize) -> Self {
        Self {
            work: VecDeque::new(),
            threads: 0,
            idle: 0,
            late: false,
            prompt,
        }
    }

    pub(crate) fn push(&mut self, work: W) -> Need {
        self.work.push_back(work);
        self.need()
    }

    /// Takes work for a thread, and says what the remaining work needs: the action that the thread runs now may never end.
    pub(crate) fn take(&mut self) -> Option<(W, Need)> {
        let work = self.work.pop_front()?;
        Some((work, self.need()))
    }

    fn need(&mut self) -> Need {
        if self.work.is_empty() {
            return Need::Nothing;
        }
        if self.idle > 0 {
            return Need::Wake;
        }
        let late = self.threads >= self.prompt;
        if late && self.late {
            return Need::Nothing;
        }
        self.late |= late;
        self.threads += 1;
        Need::Start { late }
    }

    /// A thread could not be started. Returns the work if no other thread will take it.
    pub(crate) fn refused(&mut self, late: bool) -> VecDeque<W> {
        self.threads -= 1;
        self.late &= !late;
        match self.threads {
            0 => mem::take(&mut self.work),
            _ => VecDeque::new(),
        }
    }

    /// The delayed thread has slept.
    pub(crate) const fn has_waited(&mut self) {
        self.late = false;
    }

    /// A thread begins to wait for work.
    pub(crate) const fn begin_idle(&mut self) {
        self.idle += 1;
    }

    /// A thread stops waiting. Returns true if the thread is to end: it has waited `long` enough and there is no work.
    pub(crate) fn end_idle(&mut self, long: bool) -> bool {
        self.idle -= 1;
        let goes = long && self.work.is_empty();
        self.threads -= usize::from(goes);
        goes
    }
}
