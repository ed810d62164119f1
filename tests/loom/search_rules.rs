//! When a runner searches for the next job.

use std::{sync::Arc, task::Waker};

use crate::{
    call::traits::{Entry, Step},
    check,
    scheduler::{
        lane::Lane,
        search::{Jobs, Search},
        spawner::{LONG_BURST, Spawner, take_yields},
    },
    trial::Trial,
    work::CallWork,
};

/// Two jobs one after the other are followed by a third. One says nothing, and in a burst the next one is there.
#[test]
fn jobs_that_come_one_by_one_are_followed() {
    let search = Search::default();
    let mut jobs = Jobs::default();
    let mut worth = vec![search.is_worth_it(&jobs)];
    for _ in 0..LONG_BURST {
        jobs.end();
        worth.push(search.is_worth_it(&jobs));
    }
    assert_eq!(worth, [false, false, true, false, true]);
}

/// The last job tells.
#[test]
fn more_may_follow_a_call_that_nobody_awaits() {
    let mut search = Search::default();
    let none = Jobs::default();
    for (entry, expected) in [
        (Entry::Started, true),
        (Entry::Waits, false),
        (Entry::Started, true),
        (Entry::AwaitedIn(1), false),
    ] {
        search.note(entry);
        assert_eq!(search.is_worth_it(&none), expected, "{entry:?}");
    }
}

/// A single call that was started without being awaited: its runner yields before it leaves, in which time the next one is submitted.
#[test]
fn a_runner_searches_after_a_call_that_nobody_awaits() {
    check(Some(2), || {
        assert_eq!(yields_after(&Trial::idle()), 1);
    });
}

/// A call that its task awaits: the task submits no other one meanwhile.
#[test]
fn a_runner_leaves_after_a_call_that_is_awaited() {
    check(Some(2), || {
        let trial = Trial::idle();
        assert!(matches!(trial.call.poll(Waker::noop()), Step::Pending));
        assert_eq!(yields_after(&trial), 0);
    });
}

/// How often the runner yields that runs this call.
fn yields_after(trial: &Trial) -> usize {
    take_yields();
    let spawner = Spawner::new([]);
    let lane = Lane::new(spawner.clone(), 1, Arc::default());
    lane.submit(CallWork::new(trial));
    spawner.settle();
    take_yields()
}
