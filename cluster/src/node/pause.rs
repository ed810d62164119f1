//! A place that cannot run bodies. Its node is always free, so it would take calls that other nodes can run.

use std::time::{Duration, Instant};

use super::{error::NodeError, host::Host};
use crate::message::Outcome;

/// For how long the node takes no calls after one that it could not run. A choice.
const PAUSE: Duration = Duration::from_secs(5);

impl Host {
    /// Learns from the end of a body whether the place can run others.
    pub(super) fn learn(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Unable(_) => self.trouble.unable = Some(Instant::now()),
            // A node that ends itself says so for its bodies.
            Outcome::Leaving => self.trouble.closed |= !self.draining,
            _ => {}
        }
    }

    /// Whether it takes no calls for now.
    pub(super) fn is_paused(&self) -> bool {
        self.trouble
            .unable
            .is_some_and(|since| since.elapsed() < PAUSE)
    }

    /// How the task ends when nothing is left.
    pub(super) fn end(&self) -> Result<(), NodeError> {
        if self.trouble.closed {
            let text = "its pool or its workers were shut down";
            return Err(NodeError::text(text.to_owned()));
        }
        Ok(())
    }
}
