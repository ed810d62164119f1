//! How long a call waits for its worker's socket to close after the worker has died.
//!
//! Only that says whether the worker had read the request. A process that another thread forks meanwhile has the worker's end of the
//! socket, too, until it executes its program. Nothing tells when that is over, because the pool itself has ended the reading.

use std::{
    task::{Poll, Waker},
    time::{Duration, Instant},
};

use crate::timer::{self, Alarm};

/// Not measured: far longer than a process takes from its fork to its program. With less, calls that no worker has read fail on machines
/// under load; with more, it is told later that a worker has died whose children keep its socket.
const LONGEST: Duration = Duration::from_secs(1);

/// How soon the socket is looked at again. Not measured: few looks, and no time that a caller notices beside the start of another worker.
const PAUSE: Duration = Duration::from_millis(10);

#[derive(Debug, Default)]
pub(super) struct Closing {
    until: Option<Instant>,
    alarm: Option<Alarm>,
}

impl Closing {
    /// Ready when the time is over. It begins with the first poll.
    pub(super) fn poll_over(&mut self, waker: &Waker) -> Poll<()> {
        timer::cancel(self.alarm.take());
        let now = Instant::now();
        if now >= *self.until.get_or_insert(now + LONGEST) {
            return Poll::Ready(());
        }
        let waker = waker.clone();
        self.alarm = timer::after(PAUSE, move || waker.wake());
        Poll::Pending
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        timer::cancel(self.alarm.take());
    }
}
