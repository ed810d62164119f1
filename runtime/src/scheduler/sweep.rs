//! When a queue looks for jobs that died while they waited: never more often than it was given reason to.

use std::mem;

use crate::call::dropped;

/// How many waiting jobs a refusal, or a call that is given up, pays to look at.
const LOOKS: usize = 64;

/// Up to this length a queue is looked through whenever there can be something in it.
const SHORT: usize = 1024;

/// Why a queue may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// A job is pushed: it looks each time it has doubled, so that dead jobs are never many more than those that live.
    Push,
    /// A job may be refused: so that no refusal costs more than a few looks, however long the queue is.
    Refusal,
    /// Somebody wants to know how long it is.
    Question,
}

/// What a queue remembers of its last look.
#[derive(Debug)]
pub(crate) struct Sweep {
    /// At how many waiting jobs a push looks.
    due_at: usize,
    /// How many calls had been given up by then, and how many were refused since.
    dropped: usize,
    refusals: usize,
}

impl Default for Sweep {
    fn default() -> Self {
        Self {
            due_at: SHORT,
            dropped: dropped::count(),
            refusals: 0,
        }
    }
}

impl Sweep {
    /// Whether a queue of that length looks now. It does not where nobody has given up a call since the last look.
    pub(super) fn is_due(&mut self, occasion: Occasion, length: usize) -> bool {
        let now = dropped::count();
        let dropped = now.wrapping_sub(self.dropped);
        let worth_it = match occasion {
            Occasion::Push => length >= self.due_at,
            Occasion::Refusal => {
                self.refusals += 1;
                let paid = (self.refusals + dropped).saturating_mul(LOOKS);
                length <= SHORT || paid >= length
            }
            Occasion::Question => true,
        };
        if worth_it && dropped == 0 {
            self.done(length);
        }
        if worth_it {
            self.dropped = now;
        }
        worth_it && dropped > 0
    }

    /// The queue has looked and is that long now.
    pub(super) fn done(&mut self, length: usize) {
        self.due_at = SHORT.max(2 * length);
        mem::take(&mut self.refusals);
    }
}
