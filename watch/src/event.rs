//! Reports as events of `tracing`.

use std::{io, time::Duration};

use tracing::{dispatcher, subscriber::NoSubscriber};

use crate::{
    Blocked, How,
    watch::{Slot, watch},
};

/// Warns with an event whenever a worker of this runtime has not returned to it for `limit`.
///
/// The event has level WARN and target `tokio_offload`. It goes to the subscriber that was current on the thread that called
/// this function last, or, if there was none, to the global subscriber at the time of the report. Its message is the text of
/// [`Blocked`], its fields are `worker`, `blocked_ms`, `how`, `function`, `file` and `line`. Until the worker returns, each place in
/// which it blocks gives one event. `Duration::ZERO` ends it.
///
/// # Errors
///
/// Outside of a runtime, and if the system refuses to start a thread.
///
/// ```
/// # use std::time::Duration;
/// # #[tokio::main]
/// # async fn main() -> std::io::Result<()> {
/// tokio_offload_watch::warn_blocked_after(Duration::from_millis(100))?;
/// # Ok(())
/// # }
/// ```
pub fn warn_blocked_after(limit: Duration) -> io::Result<()> {
    let subscriber = dispatcher::get_default(Clone::clone);
    let is_there = !subscriber.is::<NoSubscriber>();
    let warn = move |report: &Blocked| {
        if is_there {
            dispatcher::with_default(&subscriber, || warn(report));
        } else {
            warn(report);
        }
    };
    watch(Slot::Warn, limit, Box::new(warn))
}

/// Sends an event to the global subscriber. Returns whether there is one.
pub(crate) fn warn_if_heard(report: &Blocked) -> bool {
    let is_there = dispatcher::get_default(|subscriber| !subscriber.is::<NoSubscriber>());
    if is_there {
        warn(report);
    }
    is_there
}

fn warn(report: &Blocked) {
    let how = match report.how {
        How::Waiting { syscall } => syscall,
        How::Computing => "computing",
        How::NotScheduled { .. } => "not scheduled",
        How::Unknown => "unknown",
    };
    tracing::warn!(
        target: "tokio_offload",
        worker = report.worker,
        blocked_ms = u64::try_from(report.after.as_millis()).unwrap_or(u64::MAX),
        how,
        function = report.function,
        file = report.file,
        line = report.line,
        "{report}"
    );
}
