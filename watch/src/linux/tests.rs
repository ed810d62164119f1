//! Tests of what is made of a look at the threads.

use std::time::Duration;

use super::{Examined, NotFound, Stuck, activity::Activity, not_found::Otherwise, stacks::Unasked};
use crate::How;

const LIMIT: Duration = Duration::from_millis(100);

/// What is reported of a worker after that many limits, of which nothing else is known.
fn examined(limits: u32, change: impl FnOnce(&mut NotFound)) -> Examined {
    let mut not_found = NotFound {
        seen: None,
        otherwise: None,
        unasked: Unasked::Gone,
        has_symbols: true,
        is_unidentified: false,
        is_known: true,
        threads: 1,
        awake: 0,
        innocent: 0,
        limit: LIMIT,
    };
    change(&mut not_found);
    not_found.examine(&Stuck {
        worker: 0,
        after: LIMIT * limits,
        is_excused: false,
        is_told: false,
        lost_for: (limits > 9).then_some(LIMIT * limits),
        starved_for: (limits > 1).then_some(LIMIT * limits),
        unclear_for: limits.checked_sub(1).map(|it| LIMIT * it),
    })
}

#[test]
fn one_look_alone_accuses_nobody() {
    let examine = |is_early| {
        let seen = Activity {
            how: How::Computing,
            is_still: false,
            is_early,
        };
        examined(10, |it| it.seen = Some(seen))
    };
    assert!(matches!(examine(true), Examined::Unclear));
    assert!(matches!(examine(false), Examined::Blocked(..)));
}

/// In a build without names, any thread may be a worker, and at the end of a scope that lets it block.
#[test]
fn who_wakes_while_it_is_looked_at_is_looked_at_again() {
    let examine = |limits, awake| {
        examined(limits, |it| {
            (it.has_symbols, it.awake) = (false, awake);
        })
    };
    assert!(matches!(examine(1, 1), Examined::Unclear));
    assert!(matches!(examine(1, 0), Examined::Blocked(..)));
    assert!(
        matches!(examine(2, 1), Examined::Blocked(..)),
        "some thread wakes at each look"
    );
}

/// The worker may be another thread, which waits or computes. That must not be hidden for ever.
#[test]
fn a_thread_without_a_processor_is_not_guessed_to_be_the_worker_for_ever() {
    let of = |how| Activity {
        how,
        is_still: true,
        is_early: false,
    };
    let starved = How::NotScheduled { percent: 90 };
    let how = |limits, otherwise, has_symbols| {
        let examined = examined(limits, |it| {
            it.seen = Some(of(starved));
            (it.otherwise, it.has_symbols) = (otherwise, has_symbols);
            it.is_unidentified = has_symbols;
        });
        let Examined::Blocked(report, None) = examined else {
            panic!("not reported");
        };
        (report.how, report.after)
    };
    assert_eq!(how(1, None, true).0, starved);
    assert_eq!(how(99, None, true).0, starved, "nothing else was seen");
    for (otherwise, expected) in [
        (Otherwise::Waits, How::Unknown),
        (Otherwise::Computes(of(How::Computing)), How::Computing),
    ] {
        for has_symbols in [true, false] {
            let how = |limits| how(limits, Some(otherwise), has_symbols);
            assert_eq!(how(14).0, starved);
            assert_eq!(how(15), (expected, LIMIT * 15));
        }
    }
}

/// Some other thread may have just woken at each look.
#[test]
fn a_thread_that_may_have_no_processor_is_waited_for_once() {
    let examine = |limits| {
        let of = |how, is_early: bool| Activity {
            how,
            is_still: !is_early,
            is_early,
        };
        examined(limits, |it| {
            it.seen = Some(of(How::NotScheduled { percent: 90 }, true));
            it.otherwise = Some(Otherwise::Computes(of(How::Computing, false)));
        })
    };
    assert!(matches!(examine(2), Examined::Unclear));
    let Examined::Blocked(report, None) = examine(3) else {
        panic!("not reported");
    };
    assert_eq!(report.how, How::Computing);
}

/// The watch is never silent for ever.
#[test]
fn a_worker_in_which_no_thread_is_found_for_long_is_reported() {
    let after = |limits, change: fn(&mut NotFound)| match examined(limits, change) {
        Examined::Blocked(report, None) => Some(report.after),
        Examined::Empty => None,
        _ => panic!("neither empty nor reported"),
    };
    assert_eq!(after(9, |_| ()), None);
    assert_eq!(after(15, |_| ()), Some(LIMIT * 15));
    assert_eq!(after(15, |it| it.innocent = 1), None);
    assert_eq!(
        after(15, |it| it.is_known = false),
        None,
        "between two calls of `block_on`"
    );
}
