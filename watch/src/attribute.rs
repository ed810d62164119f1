//! What the attributes `main` and `test` of the facade call.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use crate::{
    Blocked, How, allow_blocking,
    asks::Inside,
    watch::{Slot, Started, start},
};

/// Reports that a test does not accept.
#[derive(Debug)]
pub struct Denied {
    limit: Duration,
    reports: Arc<Mutex<Vec<Blocked>>>,
    watch: Option<Started>,
}

/// Collects the reports of this runtime until the value is dropped. The code that `#[test]` generates calls this inside the test.
///
/// # Panics
///
/// Outside of a runtime, and if the system refuses to start a thread: a test must not pass because nothing was watched.
#[doc(hidden)]
#[must_use]
pub fn deny_blocking(limit: Duration) -> Denied {
    let reports = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&reports);
    let hear = move |report: &Blocked| {
        // A test does not fail because the machine is overloaded.
        if !matches!(report.how, How::NotScheduled { .. }) {
            let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.push(report.clone());
        }
    };
    let watch = start(Slot::Deny, limit, Inside::known(), Box::new(hear));
    let watch = watch.unwrap_or_else(|error| panic!("a test that denies blocking: {error}"));
    Denied {
        limit,
        reports,
        watch: Some(watch),
    }
}

impl Drop for Denied {
    /// # Panics
    ///
    /// With all reports, if there are any. If the test has failed already, it prints them instead.
    fn drop(&mut self) {
        if let Some(watch) = self.watch.take() {
            // The thread of the test waits here inside its runtime. That wait must not be reported.
            allow_blocking(|| watch.end());
        }
        let reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        if reports.is_empty() {
            return;
        }
        let lines: Vec<_> = reports.iter().map(ToString::to_string).collect();
        let text = format!(
            "this test blocks its runtime for longer than {:?}:\n{}",
            self.limit,
            lines.join("\n")
        );
        drop(reports);
        if thread::panicking() {
            eprintln!("{text}");
        } else {
            panic!("{text}");
        }
    }
}

/// The body of `main` holds this. While it does, its thread is inside `block_on`.
#[derive(Debug)]
pub struct Watched(Inside);

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// Reports blocked workers of this runtime: as `tracing` events if there is a subscriber, and otherwise as lines on standard error. The
/// code that `#[main]` generates calls this and keeps the value until `main` ends.
#[doc(hidden)]
#[must_use]
pub fn watch_main(limit: Duration) -> Watched {
    let inside = Inside::known();
    // A program runs also if it cannot be watched.
    if let Err(error) = start(Slot::Main, limit, inside.clone(), Box::new(tell)) {
        eprintln!("blocked workers will not be told of: {error}");
    }
    Watched(inside)
}

fn tell(report: &Blocked) {
    if !is_heard(report) {
        eprintln!("{report}");
    }
}

#[cfg(feature = "tracing")]
fn is_heard(report: &Blocked) -> bool {
    crate::event::warn_if_heard(report)
}

#[cfg(not(feature = "tracing"))]
fn is_heard(_: &Blocked) -> bool {
    false
}
