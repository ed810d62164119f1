//! Workers of which something was reported, and who may be the worker of a thread.

use super::{Counters, LIMIT, Outcome, WorkerTimes, ms, run, working};

#[test]
fn what_is_over_without_a_count_makes_room_for_the_next() {
    let mut times = WorkerTimes::new(LIMIT, ms(0), &[working(0)]);
    times.settle(0, Outcome::Empty, ms(0));
    assert_eq!(run(&mut times, (0, 1_000), |_| working(0)).len(), 1);
    for round in 1..=5 {
        let start = round * 10_000;
        times.reopen(0, ms(start));
        let told = run(&mut times, (start, start + 500), |_| working(0));
        assert_eq!((told.len(), told[0].1.after), (1, ms(200)));
    }
    // All that is one stay, until it returns.
    let stay = times.stay(0);
    assert!(times.is_away(stay) && times.returns() == 0);
    times.tick(ms(60_101), |_| working(1));
    assert!(!times.is_away(stay) && times.returns() == 1);
}

/// The counters are read before and after the threads.
#[test]
fn who_has_not_moved_since_the_last_look_is_known() {
    let parked = Counters {
        parks: 3,
        busy: ms(0),
    };
    let start = [working(0), working(0), parked];
    let mut times = WorkerTimes::new(LIMIT, ms(0), &start);
    let at = |busy| move |worker| [working(0), working(busy), parked][worker];
    assert_eq!(times.tick(ms(100), at(1)).unmoved, [], "no look before");
    times.looked(at(2));
    let due = times.tick(ms(125), at(2));
    assert_eq!(due.unmoved, [times.stay(0), times.stay(1)]);
    assert_eq!(times.all().len(), 3);
    times.looked(at(2));
    assert_eq!(times.tick(ms(150), at(3)).unmoved, [times.stay(0)]);
}

/// A thread that was taken for another worker may be this one.
#[test]
fn what_is_held_is_not_due_if_something_was_reported_of_it() {
    let mut times = WorkerTimes::new(LIMIT, ms(0), &[working(0)]);
    times.hold(0);
    assert_eq!(times.tick(ms(100), |_| working(0)).examine.len(), 1);
    times.settle(0, Outcome::Settled, ms(100));
    times.reopen(0, ms(200));
    times.hold(0);
    assert_eq!(times.tick(ms(9_000), |_| working(0)).examine.len(), 0);
}
