//! What was found out about all threads.

use crate::{
    How,
    linux::{
        activity::Activity,
        names::Frame,
        stacks::Unasked,
        thread::{State, Tid},
    },
};

/// A thread inside a poll.
pub(crate) struct Suspect {
    pub(crate) tid: Tid,
    pub(crate) state: State,
    pub(super) frames: Vec<Frame>,
    pub(crate) seen: Activity,
}

/// What is known about all threads at one moment.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) suspects: Vec<Suspect>,
    /// Workers inside `allow_blocking`, and threads there that may be workers.
    pub(crate) allowed: usize,
    /// Whether a debugger or a signal has stopped a thread.
    pub(crate) is_stopped: bool,
    /// How many threads the system shows beside this one. It shows none where it hides them.
    pub(crate) threads: usize,
    /// What a running thread does that could not be examined, and why it could not.
    pub(crate) running: Option<(Activity, Unasked)>,
    /// The same of another one, which computes, if that one does not.
    pub(crate) computing: Option<(Activity, Unasked)>,
    /// What a thread does whose stack could not be read to its first function.
    pub(crate) unread: Option<Activity>,
    /// What a thread without a processor does whose stack does not say what it is. The worker may be another one.
    pub(crate) guess: Option<Activity>,
    /// Whether a thread stood still whose stack does not say what it is. In a build that records inlined functions it is not tokio's.
    pub(super) has_unidentified: bool,
    /// Threads that may be workers and woke during the look, or are awake. What they do now the next look tells.
    pub(crate) awake: usize,
    /// Threads inside `allow_blocking`, and those that run in tokio between two polls.
    pub(crate) innocent: usize,
    /// Whether any thread is known to be a worker, busy or not.
    pub(super) has_workers: bool,
}

impl Findings {
    /// Whether the workers over the limit may be among threads whose stacks say nothing.
    pub(crate) fn is_unidentified(&self) -> bool {
        self.has_unidentified && !self.has_workers
    }

    /// A thread woke before its stack was read. It may be a worker, perhaps in a scope that lets it block, and perhaps at its end.
    pub(super) fn woke(&mut self, is_allowed: bool) {
        self.allowed += usize::from(is_allowed);
        self.innocent += usize::from(is_allowed);
        self.awake += usize::from(!is_allowed);
    }

    /// A thread without names runs. It may be a worker that has just woken and gets no processor.
    pub(super) fn runs(&mut self, seen: Activity) {
        match seen.how {
            How::NotScheduled { .. } if !seen.is_early => self.guess = Some(seen),
            _ => self.awake += 1,
        }
    }

    /// The suspects for this many workers over the limit. Those that have not moved are preferred, if they are enough.
    pub(crate) fn suspects_for(&mut self, missing: usize) -> Vec<Suspect> {
        let mut suspects = std::mem::take(&mut self.suspects);
        if suspects.iter().filter(|it| it.seen.is_still).count() >= missing {
            suspects.retain(|it| it.seen.is_still);
        }
        suspects
    }
}
