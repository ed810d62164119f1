//! What was reported of each thread since its worker returned to the runtime last.

use std::collections::{HashMap, HashSet};

use crate::{Blocked, How, look::Tid, worker_times::Stay};

/// A worker that was reported may go on without a return to its runtime, and block again: in a loop at the same place, or at another one.
/// Each place is reported once.
///
/// Nothing tells which thread belongs to which worker. So a thread is remembered with all workers that it may be, and is forgotten as
/// soon as one of them returns, unless it has slept through that: then it is another one. So a place of a new stay is never taken for a
/// place of the one before. A place is reported twice only where another worker returns about when the thread goes on.
#[derive(Debug, Default)]
pub(crate) struct ReportedPlaces {
    known: HashMap<Who, Known>,
    /// How often workers had returned when that was looked through last.
    returns: u64,
}

/// Whom a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Who {
    Thread(Tid),
    /// The worker that its thread was taken for, or no thread was found.
    Worker(usize),
}

#[derive(Debug, Default)]
struct Known {
    may_be: Vec<Stay>,
    places: HashSet<Place>,
}

/// What a report is about.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Place {
    function: Option<String>,
    file: Option<String>,
    line: Option<u32>,
    calls: Option<String>,
    /// Set, with nothing else, if no function is known, and for a computation: a long one is in another function at each look.
    how: Option<How>,
}

impl Place {
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

impl ReportedPlaces {
    /// Forgets what was reported of workers that have returned since. Workers have returned this often. `has_slept` tells whether a thread
    /// has slept since the counters were read before.
    pub(crate) fn keep(
        &mut self,
        returns: u64,
        is_away: impl Fn(Stay) -> bool,
        has_slept: impl Fn(Tid) -> bool,
    ) {
        if self.returns == returns {
            return;
        }
        self.returns = returns;
        self.known.retain(|who, known| {
            let count = known.may_be.len();
            known.may_be.retain(|stay| is_away(*stay));
            let is_it = |who| matches!(who, Who::Thread(tid) if has_slept(tid));
            !known.may_be.is_empty() && (known.may_be.len() == count || is_it(*who))
        });
    }

    /// Whether something was reported of this thread.
    pub(crate) fn knows(&self, tid: Tid) -> bool {
        self.known.contains_key(&Who::Thread(tid))
    }

    /// Whether that should be reported: it was not reported of this thread yet. From then on it was. The thread may be one of these workers
    /// and is taken for that of `stay`. If it goes on all the time, so that others return meanwhile, it must be new of that worker too.
    pub(crate) fn is_new(
        &mut self,
        (tid, may_be): (Option<Tid>, &[Stay]),
        stay: Stay,
        report: &Blocked,
    ) -> bool {
        let of_worker = self.is_new_of(Who::Worker(stay.worker), report, &[stay]);
        tid.map_or(of_worker, |tid| {
            (of_worker || report.one_poll) && self.is_new_of(Who::Thread(tid), report, may_be)
        })
    }

    fn is_new_of(&mut self, who: Who, report: &Blocked, may_be: &[Stay]) -> bool {
        let known = self.known.entry(who).or_default();
        known.may_be.retain(|stay| may_be.contains(stay));
        if known.may_be.is_empty() {
            *known = Known {
                may_be: may_be.to_vec(),
                places: HashSet::new(),
            };
        }
        known.places.insert(Place::of(report))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{
        Blocked, How, ReportedPlaces, Stay, Tid,
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

    const NOBODY: fn(Tid) -> bool = |_| false;

    #[test]
    fn a_place_is_new_once_while_its_worker_is_away() {
        let mut places = ReportedPlaces::default();
        let (load, save) = (report(FUTEX, Some("load")), report(FUTEX, Some("save")));
        let mut is_new = |who, report| places.is_new_of(who, report, &[stay(0)]);
        assert!(is_new(Thread(7), &load) && is_new(Thread(7), &save));
        assert!(!is_new(Thread(7), &load) && is_new(Worker(7), &load));
        // The kernel may continue a wait by another call.
        assert!(!is_new(Thread(7), &report(READ, Some("load"))));
        assert!(places.is_new_of(Thread(8), &load, &[stay(1)]));
        places.keep(1, |stay| stay.worker == 1, NOBODY);
        assert!(places.is_new_of(Thread(7), &load, &[stay(0)]));
        assert!(!places.is_new_of(Thread(8), &load, &[stay(1)]));
    }

    /// It may be the worker that was blocked.
    #[test]
    fn a_place_is_new_again_when_a_worker_has_returned_that_its_thread_may_be() {
        let mut places = ReportedPlaces::default();
        let (load, both) = (report(FUTEX, Some("load")), [stay(0), stay(1)]);
        assert!(
            [7, 8]
                .into_iter()
                .all(|tid| places.is_new_of(Thread(tid), &load, &both))
        );
        // The first has slept meanwhile, so it is the other.
        places.keep(1, |stay| stay.worker == 1, |tid| tid == 7);
        assert!(!places.is_new_of(Thread(7), &load, &[stay(1)]));
        assert!(places.is_new_of(Thread(8), &load, &[stay(1)]));
        places.keep(2, |_| false, |_| true);
        assert!(
            places.is_new_of(Thread(7), &load, &both),
            "who should it be"
        );
    }

    #[test]
    fn each_look_leaves_fewer_workers_that_a_thread_may_be() {
        let mut places = ReportedPlaces::default();
        let (load, both) = (report(FUTEX, Some("load")), [stay(0), stay(1)]);
        assert!(places.is_new_of(Thread(7), &load, &both));
        assert!(!places.is_new_of(Thread(7), &load, &[stay(1), stay(2)]));
        places.keep(1, |stay| stay.worker != 0, NOBODY);
        assert!(
            !places.is_new_of(Thread(7), &load, &both),
            "it is not that one"
        );
        assert!(
            places.is_new_of(Thread(7), &load, &[stay(2)]),
            "another stay"
        );
    }

    #[test]
    fn what_computes_is_one_place_and_what_has_no_name_is_told_apart_by_its_call() {
        let mut places = ReportedPlaces::default();
        let mut is_new = |how, name| places.is_new_of(Worker(0), &report(how, name), &[stay(0)]);
        assert!(is_new(How::Computing, Some("sort")));
        assert!(!is_new(How::Computing, Some("compare")));
        assert!(is_new(FUTEX, Some("sort")));
        assert!(is_new(FUTEX, None) && is_new(READ, None) && !is_new(FUTEX, None));
    }

    /// Others return all the time, and its thread may be theirs. So much is known: it is the same worker, in the same stay.
    #[test]
    fn who_goes_on_all_the_time_at_one_place_is_told_once_in_a_stay_of_its_worker() {
        let mut places = ReportedPlaces::default();
        let load = report(FUTEX, Some("load"));
        let still = Blocked {
            one_poll: true,
            ..load.clone()
        };
        let mut look = |report, number| {
            let is_new = places.is_new((Some(7), &[stay(0), stay(1)]), stay(0), report);
            places.keep(number, |stay| stay.worker == 0, NOBODY);
            (is_new, places.knows(7))
        };
        assert_eq!(look(&load, 1), (true, false), "it may be the other");
        assert_eq!(look(&load, 2), (false, false));
        assert_eq!(look(&still, 3), (true, false), "this wait is a new one");
        places.keep(4, |_| false, NOBODY);
        assert!(places.is_new((Some(7), &[stay(0)]), stay(0), &load));
    }
}
