//! Pauses a node whose place cannot run bodies. Its slots are always free, so it would take calls that other nodes can run.

use std::time::{Duration, Instant};

use super::{error::NodeError, place::BodyEnd, state::NodeState};
use crate::message::Outcome;

/// For how long the node takes no calls after one that it could not run. With less, it takes more calls that others could run; with more,
/// a node that can run bodies again is unused for longer.
const PAUSE: Duration = Duration::from_secs(5);

/// Why a place takes no bodies any more.
const CLOSED: &str = "its pool or its workers were shut down";

impl NodeState {
    /// Records whether the place can run bodies, from the end of one. Returns the outcome for its caller.
    pub(super) fn learn(&mut self, end: BodyEnd) -> Outcome {
        let outcome = match end {
            BodyEnd::Ended(outcome) => outcome,
            BodyEnd::Closed => {
                self.trouble.closed |= !self.draining;
                Outcome::Unable(CLOSED.to_owned())
            }
        };
        match &outcome {
            Outcome::Unable(_) => self.trouble.unable = Some(Instant::now()),
            // A node that is ending has ended the body itself.
            Outcome::Leaving => self.trouble.closed |= !self.draining,
            _ => {}
        }
        outcome
    }

    /// Whether it takes no calls for now.
    pub(super) fn is_paused(&self) -> bool {
        self.trouble
            .unable
            .is_some_and(|since| since.elapsed() < PAUSE)
    }

    /// The result of the node when nothing is left to do.
    pub(super) fn end(&self) -> Result<(), NodeError> {
        if self.trouble.closed {
            return Err(NodeError::text(CLOSED.to_owned()));
        }
        Ok(())
    }
}
