//! What the attributes `main` and `test` of the facade call.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use crate::{
    Blocked, How, allow_blocking,
    origin::Inside,
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
    /// With all reports, if there are any, and if the watch has ended by a panic of its own. If the test has failed already, it prints
    /// them instead.
    fn drop(&mut self) {
        // The thread of the test waits here inside its runtime. That wait must not be reported.
        let watch = self.watch.take();
        let has_watched = watch.is_none_or(|watch| allow_blocking(|| watch.end()));
        let Some(text) = self.failure(has_watched) else {
            return;
        };
        if thread::panicking() {
            eprintln!("{text}");
        } else {
            panic!("{text}");
        }
    }
}

impl Denied {
    /// Why the test fails.
    fn failure(&self, has_watched: bool) -> Option<String> {
        let reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        if !reports.is_empty() {
            let lines: Vec<_> = reports.iter().map(ToString::to_string).collect();
            let (limit, lines) = (self.limit, lines.join("\n"));
            return Some(format!(
                "this test blocks its runtime for longer than {limit:?}:\n{lines}"
            ));
        }
        (!has_watched).then(|| {
            "a test that denies blocking: the watch ended before the test, and may have missed something".to_owned()
        })
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
    // `main` runs even if it cannot be watched.
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

#[cfg(test)]
mod tests {
    use std::{panic, thread, time::Duration};

    use super::{Denied, Started};

    fn denied(watch: fn()) -> Denied {
        Denied {
            limit: Duration::from_secs(1),
            reports: std::sync::Arc::default(),
            watch: Some(Started::with(thread::spawn(watch))),
        }
    }

    #[test]
    fn a_test_whose_watch_has_died_fails() {
        drop(denied(|| ()));
        let died = denied(|| panic::resume_unwind(Box::new(7)));
        let failed = panic::catch_unwind(panic::AssertUnwindSafe(|| drop(died)));
        let text = failed.unwrap_err().downcast::<String>().unwrap();
        assert!(text.contains("the watch ended before the test"), "{text}");
    }
}
