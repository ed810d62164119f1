//! What the attributes `main` and `test` of the facade call.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use crate::{
    Blocked, How, allow_blocking,
    watch::{Inside, Slot, Started, start},
};

/// Reports that a test does not accept.
#[derive(Debug)]
pub struct Denied {
    limit: Duration,
    reports: Arc<Mutex<Vec<Blocked>>>,
    watch: Option<Started>,
}

/// From now on, until the value is dropped, reports of this runtime are collected. Code that the attribute writes calls this, in the
/// test.
///
/// # Panics
///
/// Outside of a runtime, and when the system refuses a thread: a test must not succeed because nobody looked.
#[doc(hidden)]
#[must_use]
pub fn deny_blocking(limit: Duration) -> Denied {
    let reports = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&reports);
    let hear = move |report: &Blocked| {
        // No test fails because the machine is busy with others.
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
    /// With every report there was, unless the test has failed already. Then they are printed.
    fn drop(&mut self) {
        if let Some(watch) = self.watch.take() {
            // The thread of the test waits here, inside its runtime, and nobody is to be blamed for that.
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

/// Held by the body of `main`: as long as that runs, its thread is inside `block_on`.
#[derive(Debug)]
pub struct Watched(Inside);

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// From now on reports of this runtime are events where somebody hears events, and lines of the standard error elsewhere. Code that the
/// attribute writes calls this, in `main`, and keeps the value until its end.
#[doc(hidden)]
#[must_use]
pub fn watch_main(limit: Duration) -> Watched {
    let inside = Inside::known();
    // A program does its work also when nobody can look at it.
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
