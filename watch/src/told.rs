//! What was reported of each worker since it returned to its runtime last.

use crate::{Blocked, How, worker_times::Stay};

/// A worker that was reported may go on without a return to its runtime, and block again: in a loop at the same place, or at another one.
/// Each place is reported once.
#[derive(Debug, Default)]
pub(crate) struct Told(Vec<Report>);

#[derive(Debug)]
struct Report {
    worker: usize,
    spot: Spot,
    /// The workers that were away at that time. Nothing tells which of their threads belongs to which of them, so the report holds as long
    /// as none of them has returned.
    away: Vec<Stay>,
}

/// What a report is about.
#[derive(Debug, PartialEq, Eq)]
struct Spot {
    function: Option<String>,
    file: Option<String>,
    line: Option<u32>,
    calls: Option<String>,
    /// Nothing else is known of a worker without a name, and a long computation is in another function at each look.
    how: Option<How>,
}

impl Spot {
    fn of(report: &Blocked) -> Self {
        if report.function.is_none() || report.how == How::Computing {
            return Self {
                function: None,
                file: None,
                line: None,
                calls: None,
                how: Some(report.how),
            };
        }
        Self {
            function: report.function.clone(),
            file: report.file.clone(),
            line: report.line,
            calls: report.calls.clone(),
            how: None,
        }
    }
}

impl Told {
    /// Forgets what was reported while another worker was away than those that still are.
    pub(crate) fn keep(&mut self, is_away: impl Fn(Stay) -> bool) {
        self.0
            .retain(|told| told.away.iter().all(|stay| is_away(*stay)));
    }

    /// Whether that was not reported of this worker yet. From then on it was. These are away.
    pub(crate) fn is_new(&mut self, worker: usize, report: &Blocked, away: &[Stay]) -> bool {
        let spot = Spot::of(report);
        if self
            .0
            .iter()
            .any(|it| it.worker == worker && it.spot == spot)
        {
            return false;
        }
        let away = away.to_vec();
        self.0.push(Report { worker, spot, away });
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Blocked, How, Stay, Told};

    fn report(how: How, function: Option<&str>) -> Blocked {
        Blocked {
            function: function.map(str::to_owned),
            ..Blocked::new(Some(0), how, Duration::from_millis(100))
        }
    }

    const FUTEX: How = How::Waiting { syscall: "futex" };
    const READ: How = How::Waiting { syscall: "read" };

    fn stay(worker: usize) -> Stay {
        Stay { worker, number: 7 }
    }

    #[test]
    fn a_place_is_new_once_while_its_worker_is_away() {
        let mut told = Told::default();
        let (load, save) = (report(FUTEX, Some("load")), report(FUTEX, Some("save")));
        let mut is_new = |worker, report| told.is_new(worker, report, &[stay(worker)]);
        assert!(is_new(0, &load) && is_new(0, &save));
        assert!(!is_new(0, &load) && is_new(1, &load));
        // The kernel may continue a wait by another call.
        assert!(!is_new(0, &report(READ, Some("load"))));
        told.keep(|stay| stay.worker == 1);
        assert!(told.is_new(0, &load, &[stay(0)]));
        assert!(!told.is_new(1, &load, &[stay(1)]));
    }

    /// It may be the worker that was blocked.
    #[test]
    fn a_place_is_new_again_when_another_worker_that_was_away_has_returned() {
        let mut told = Told::default();
        let load = report(FUTEX, Some("load"));
        let both = [stay(0), stay(1)];
        assert!(told.is_new(0, &load, &both) && told.is_new(1, &load, &both));
        told.keep(|stay| stay.worker == 0);
        assert!(told.is_new(0, &load, &both));
    }

    #[test]
    fn what_computes_is_one_place_and_what_has_no_name_is_told_apart_by_its_call() {
        let mut told = Told::default();
        let mut is_new = |how, name| told.is_new(0, &report(how, name), &[stay(0)]);
        assert!(is_new(How::Computing, Some("sort")));
        assert!(!is_new(How::Computing, Some("compare")));
        assert!(is_new(FUTEX, Some("sort")));
        assert!(is_new(FUTEX, None) && is_new(READ, None) && !is_new(FUTEX, None));
    }
}
