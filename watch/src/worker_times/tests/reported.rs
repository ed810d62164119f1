//! Workers of which something was reported, and who may be the worker of a thread.

use super::{Counters, LIMIT, Outcome, WorkerTimes, ms, period, run, working};

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
    times.hold([0].into_iter());
    assert_eq!(times.tick(ms(100), |_| working(0)).examine.len(), 1);
    times.settle(0, Outcome::Settled, ms(100));
    times.reopen(0, ms(200));
    times.hold([0].into_iter());
    assert_eq!(times.tick(ms(9_000), |_| working(0)).examine.len(), 0);
}

/// What was reported of it says nothing of its thread, which may be found later.
#[test]
fn who_was_reported_without_its_thread_is_looked_at_ever_more_rarely_and_never_given_up() {
    let mut times = WorkerTimes::new(LIMIT, ms(0), &[working(0), working(0)]);
    let (mut now, mut looks) = (ms(0), Vec::new());
    while now < LIMIT * 64 {
        now += period(LIMIT);
        times.read(now, |_| working(0));
        // A thread is known for the second worker only.
        times.hold([1].into_iter());
        for stuck in times.due(now).examine {
            looks.push((stuck.worker, stuck.after.as_millis(), stuck.is_told));
            times.settle(stuck.worker, Outcome::Settled, now);
        }
    }
    let again = [200, 400, 800, 1600, 1600, 1600].map(|after| (0, after, true));
    assert_eq!(looks[..2], [(0, 100, false), (1, 100, false)]);
    assert_eq!(looks[2..], again);
    times.hold([0, 1].into_iter());
    let due = times.tick(ms(90_000), |_| working(0));
    assert_eq!((due.look, due.away), (None, 0), "its thread was found");
    assert_eq!(run(&mut times, (90_000, 90_200), |_| working(1)).len(), 2);
}

/// Another worker may be the one that is inside the scope.
#[test]
fn who_was_reported_without_its_thread_takes_no_excuse() {
    let mut times = WorkerTimes::new(LIMIT, ms(0), &[working(0)]);
    times.tick(ms(100), |_| working(0));
    times.settle(0, Outcome::Settled, ms(100));
    times.hold([].into_iter());
    times.settle(0, Outcome::Excused, ms(300));
    let due = times.tick(ms(400), |_| working(0));
    assert_eq!((due.excused, due.away, due.examine.len()), (0, 1, 0));
    let examine = times.tick(ms(700), |_| working(0)).examine;
    assert!(examine[0].is_told && !examine[0].is_excused);
}

#[test]
fn it_is_known_how_long_looks_have_left_a_worker_unclear_or_without_a_processor() {
    let mut times = WorkerTimes::new(LIMIT, ms(0), &[working(0)]);
    let mut look = |now, outcome| {
        let stuck = times.tick(ms(now), |_| working(0)).examine[0];
        times.settle(0, outcome, ms(now));
        (stuck.unclear_for, stuck.starved_for)
    };
    assert_eq!(look(100, Outcome::Unclear), (None, None));
    assert_eq!(look(125, Outcome::Unclear), (Some(ms(25)), None));
    assert_eq!(look(150, Outcome::Starved), (Some(ms(50)), None));
    assert_eq!(look(250, Outcome::Unclear), (None, Some(ms(250))));
    assert_eq!(look(275, Outcome::Settled), (Some(ms(25)), Some(ms(275))));
    // What is looked at after that is another matter.
    assert!(times.tick(ms(900), |_| working(0)).examine.is_empty());
    times.reopen(0, ms(900));
    let stuck = times.tick(ms(1100), |_| working(0)).examine[0];
    assert_eq!(stuck.unclear_for, None);
}
