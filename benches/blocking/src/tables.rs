//! One table of culprits in a runtime with several workers, one of culprits in a runtime with one thread, and one of innocents.

use std::{sync::mpsc, thread, time::Duration};

use offload_examples::table::Table;
use tokio::runtime::{Builder, Runtime};
use tokio_offload_watch::{Blocked, How, on_blocked};

use crate::{
    culprits::{Culprit, place},
    innocents::INNOCENTS,
};

pub(crate) const LIMIT: Duration = Duration::from_millis(100);

/// Longer than any report takes on a busy machine.
const LONG: Duration = Duration::from_secs(60);

/// How long a computing culprit may wait for a processor after a report that it has none. A choice.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long each innocent runs. A choice.
const STAY: Duration = Duration::from_millis(500);

/// A table, and whether its results are as expected.
pub(crate) struct Shown {
    pub(crate) text: String,
    pub(crate) is_good: bool,
}

/// A table of innocents, and how many reports there were.
pub(crate) struct Quiet {
    pub(crate) text: String,
    pub(crate) reports: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavor {
    Several,
    Single,
}

pub(crate) fn runtime(flavor: Flavor) -> Runtime {
    let mut builder = match flavor {
        Flavor::Several => Builder::new_multi_thread(),
        Flavor::Single => Builder::new_current_thread(),
    };
    builder
        .worker_threads(4)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// The reports about a runtime from now on.
fn reports(runtime: &Runtime) -> mpsc::Receiver<Blocked> {
    let (tell, told) = mpsc::channel();
    let _inside = runtime.enter();
    let hear = move |report: &Blocked| {
        tell.send(report.clone()).ok();
    };
    on_blocked(LIMIT, hear).expect("a thread");
    told
}

/// Whether the machine had no processor for the thread, which is not the fault of its code.
pub(crate) fn is_starved(report: &Blocked) -> bool {
    matches!(report.how, How::NotScheduled { .. })
}

/// Runs the culprits. Each blocks until it has been reported.
pub(crate) fn culprits(flavor: Flavor) -> Shown {
    let title = match flavor {
        Flavor::Several => "four workers",
        Flavor::Single => "one thread",
    };
    let mut table = Table::new([title, "after ms", "it", "named"]).flush_left(4);
    let all = crate::culprits::culprits();
    let (count, mut good, mut starved) = (all.len(), 0, 0);
    for culprit in all {
        let reports = told_of(&culprit, flavor);
        let is_good = is_named(&culprit, &reports);
        let has_starved = reports.iter().all(is_starved) && !reports.is_empty();
        good += usize::from(is_good);
        starved += usize::from(has_starved);
        let (after, how, named) = reports.first().map_or_else(Default::default, |report| {
            let after = report.after.as_millis().to_string();
            (after, how(report), named(report))
        });
        let wrong = if is_good || has_starved {
            String::new()
        } else {
            let rest: Vec<_> = reports.iter().skip(1).map(self::named).collect();
            format!("  WRONG, and then {rest:?}")
        };
        table.row([culprit.what.into(), after, how, format!("{named}{wrong}")]);
    }
    let busy = match starved {
        0 => String::new(),
        starved => {
            format!(" For {starved} that compute the machine had no processor, and that was told.")
        }
    };
    let named = if has_lines() { " and named" } else { "" };
    Shown {
        text: format!("{table}{good} of {count} told once{named}.{busy}\n"),
        is_good: good + starved == count,
    }
}

/// Whether it was reported once, and with its function, file and line if this build has debug information. Without, names are luck: most of
/// tokio and of the culprits is inlined.
fn is_named(culprit: &Culprit, reports: &[Blocked]) -> bool {
    let [report] = reports else {
        return false;
    };
    let name = report.function.as_deref().unwrap_or_default();
    let place = report.place().unwrap_or_default();
    // A culprit that waits repeatedly may also be seen between two waits.
    let kind = (report.how == How::Computing) == culprit.computes || !report.one_poll;
    if !has_lines() {
        return true;
    }
    kind && name.ends_with(culprit.function) && place.contains("src/culprits.rs:")
}

/// Whether this build has debug information.
fn has_lines() -> bool {
    let backtrace = std::backtrace::Backtrace::force_capture().to_string();
    backtrace.contains("src/tables.rs:")
}

fn how(report: &Blocked) -> String {
    match report.how {
        How::Waiting { syscall } => syscall.into(),
        How::Computing => "computes".into(),
        How::NotScheduled { .. } => "no processor".into(),
        _ => "cannot be seen".into(),
    }
}

fn named(report: &Blocked) -> String {
    let function = report.function.as_deref().unwrap_or("-");
    let place = report.place().map(|place| format!(" ({place})"));
    let calls = report.calls.as_ref().map(|calls| format!(" calls {calls}"));
    [Some(function.into()), place, calls]
        .into_iter()
        .flatten()
        .collect()
}

/// All reports while the culprit blocks.
pub(crate) fn told_of(culprit: &Culprit, flavor: Flavor) -> Vec<Blocked> {
    let place = place();
    let runtime = runtime(flavor);
    let told = reports(&runtime);
    let (blocks, end) = (culprit.pair)(place.path());
    let computes = culprit.computes;
    let hears = thread::spawn(move || {
        let mut all = Vec::new();
        while let Ok(report) = told.recv_timeout(if all.is_empty() { LONG } else { PATIENCE }) {
            let is_done = !is_starved(&report);
            all.push(report);
            if is_done {
                break;
            }
        }
        end();
        (all, told)
    });
    blocks(&runtime, flavor);
    let (mut all, told) = hears.join().expect("it only waits");
    all.extend(told.try_iter());
    // A computing culprit may be reported as without a processor and nothing else. A waiting culprit needs no processor.
    if !computes || all.iter().any(|report| !is_starved(report)) {
        all.retain(|report| !is_starved(report));
    }
    all
}

pub(crate) fn innocents() -> Quiet {
    let mut table = Table::new(["innocent", "reports"]);
    let (mut wrong, mut said) = (0, String::new());
    for innocent in INNOCENTS {
        let runtime = runtime(Flavor::Several);
        let told = reports(&runtime);
        (innocent.run)(&runtime, STAY);
        let reports: Vec<_> = told.try_iter().filter(|it| !is_starved(it)).collect();
        wrong += reports.len();
        table.row([innocent.what.to_owned(), reports.len().to_string()]);
        said.extend(
            reports
                .iter()
                .map(|report| format!("{}: {report}\n", innocent.what)),
        );
    }
    Quiet {
        text: format!(
            "{table}{said}{wrong} reports on {} innocents.\n",
            INNOCENTS.len()
        ),
        reports: wrong,
    }
}
