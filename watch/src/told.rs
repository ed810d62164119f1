//! What was reported of each worker since it returned to its runtime last.

use std::collections::HashSet;

use crate::{Blocked, How, worker_times::Stay};

/// A worker that was reported may go on without a return to its runtime, and block again: in a loop at the same place, or at another one.
/// Each place is reported once.
#[derive(Debug, Default)]
pub(crate) struct Told {
    examinations: Vec<Examination>,
    /// How often workers had returned when that was looked through last.
    returns: u64,
}

/// What was reported at one moment.
#[derive(Debug)]
struct Examination {
    /// The workers that were away at that time. Nothing tells which of their threads belongs to which of them, so the reports hold as long
    /// as none of them has returned.
    away: Vec<Stay>,
    reports: HashSet<(Who, Spot)>,
}

/// Whom a report is about. Which worker a thread belongs to is a guess, and another one at each look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    Thread(i64),
    /// No thread was found.
    Worker(usize),
}

/// What a report is about.
#[derive(Debug, PartialEq, Eq, Hash)]
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
    /// Forgets what was reported while another worker was away than those that still are. Workers have returned this often.
    pub(crate) fn keep(&mut self, returns: u64, is_away: impl Fn(Stay) -> bool) {
        if self.returns != returns {
            self.returns = returns;
            self.examinations
                .retain(|it| it.away.iter().all(|stay| is_away(*stay)));
        }
    }

    /// What is reported from now on was found while these were away.
    pub(crate) fn begin(&mut self, away: Vec<Stay>) {
        self.examinations.retain(|it| !it.reports.is_empty());
        let reports = HashSet::new();
        self.examinations.push(Examination { away, reports });
    }

    /// Whether that was not reported yet. From then on it was.
    pub(crate) fn is_new(&mut self, who: Who, report: &Blocked) -> bool {
        let report = (who, Spot::of(report));
        if self
            .examinations
            .iter()
            .any(|it| it.reports.contains(&report))
        {
            return false;
        }
        let last = self.examinations.last_mut();
        last.is_none_or(|it| it.reports.insert(report))
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, time::Duration};

    use super::{
        Blocked, How, Stay, Told,
        Who::{Thread, Worker},
    };

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

    /// One where the first of these workers are away.
    fn told(workers: usize) -> Told {
        let mut told = Told::default();
        told.begin((0..workers).map(stay).collect());
        told
    }

    #[test]
    fn a_place_is_new_once_while_its_worker_is_away() {
        let mut told = told(1);
        let (load, save) = (report(FUTEX, Some("load")), report(FUTEX, Some("save")));
        let mut is_new = |who, report| told.is_new(who, report);
        assert!(is_new(Thread(7), &load) && is_new(Thread(7), &save));
        assert!(!is_new(Thread(7), &load) && is_new(Worker(7), &load));
        // The kernel may continue a wait by another call.
        assert!(!is_new(Thread(7), &report(READ, Some("load"))));
        told.begin(vec![stay(1)]);
        assert!(told.is_new(Thread(8), &load));
        told.keep(1, |stay| stay.worker == 1);
        assert!(told.is_new(Thread(7), &load) && !told.is_new(Thread(8), &load));
    }

    /// The thread of the one may be taken for that of the other at the next look.
    #[test]
    fn places_are_of_threads_whatever_workers_those_are_taken_for() {
        let mut told = told(2);
        let (load, save) = (report(FUTEX, Some("load")), report(FUTEX, Some("save")));
        assert!(told.is_new(Thread(7), &load) && told.is_new(Thread(8), &save));
        told.begin(vec![stay(0), stay(1)]);
        let of = |worker, report: &Blocked| Blocked {
            worker: Some(worker),
            ..report.clone()
        };
        for worker in 0..2 {
            assert!(!told.is_new(Thread(7), &of(worker, &load)));
            assert!(!told.is_new(Thread(8), &of(worker, &save)));
        }
    }

    /// It may be the worker that was blocked.
    #[test]
    fn a_place_is_new_again_when_another_worker_that_was_away_has_returned() {
        let mut told = told(2);
        let load = report(FUTEX, Some("load"));
        assert!(told.is_new(Thread(7), &load) && told.is_new(Thread(8), &load));
        told.keep(1, |stay| stay.worker == 0);
        told.begin(vec![stay(0)]);
        assert!(told.is_new(Thread(7), &load));
    }

    /// A tick asks for nothing while nobody returns, and for each worker once otherwise.
    #[test]
    fn a_crowd_of_workers_is_looked_through_once_for_each_return() {
        let mut told = told(1_000);
        let load = report(FUTEX, Some("load"));
        assert!((0..1_000).all(|tid| told.is_new(Thread(tid), &load)));
        let asked = Cell::new(0);
        let ask = |_| {
            asked.set(asked.get() + 1);
            true
        };
        told.keep(0, ask);
        assert_eq!(asked.get(), 0);
        told.keep(1, ask);
        told.keep(1, ask);
        assert_eq!(asked.get(), 1_000);
    }

    #[test]
    fn what_computes_is_one_place_and_what_has_no_name_is_told_apart_by_its_call() {
        let mut told = told(1);
        let mut is_new = |how, name| told.is_new(Worker(0), &report(how, name));
        assert!(is_new(How::Computing, Some("sort")));
        assert!(!is_new(How::Computing, Some("compare")));
        assert!(is_new(FUTEX, Some("sort")));
        assert!(is_new(FUTEX, None) && is_new(READ, None) && !is_new(FUTEX, None));
    }
}
