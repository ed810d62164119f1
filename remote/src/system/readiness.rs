//! Waits for descriptors, even if the system refuses `poll`.

use std::{thread, time::Duration};

use rustix::{
    event::{PollFd, Timespec, poll},
    io::Errno,
};

/// How long a thread sleeps if it cannot wait. Not measured: twenty checks a second cost little.
const BLIND: Duration = Duration::from_millis(50);

/// Waits until one of them is ready, or the time is over. What is returned tells which may have something to read.
///
/// The system refuses to wait for more descriptors than a process is allowed to have. Then all of them may have, now and then.
pub(crate) fn wait(
    fds: &mut [PollFd<'_>],
    limit: Option<Duration>,
) -> impl Fn(&PollFd<'_>) -> bool + use<> {
    // A time beyond the range of the system never comes.
    let time = limit.and_then(|limit| Timespec::try_from(limit).ok());
    let waited = poll(fds, time.as_ref());
    let blind = waited.is_err_and(|error| error != Errno::INTR);
    if blind {
        thread::sleep(limit.map_or(BLIND, |limit| limit.min(BLIND)));
    }
    move |fd: &PollFd<'_>| blind || !fd.revents().is_empty()
}
