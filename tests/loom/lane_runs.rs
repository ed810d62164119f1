//! On a spawner that carries every runner, every job runs, once: no job is left behind by runners that leave.

use std::sync::Arc;

use loom::sync::{Condvar, Mutex};

use crate::{
    check,
    scheduler::{
        lane::Lane,
        order::Level,
        spawner::{LONG_BURST, Spawner, TimeSlice},
    },
    trial::Trial,
    work::{CallWork, End, Site},
};

/// S9, F2: a job submitted while the only runner leaves.
#[test]
fn a_job_meets_the_leaving_of_a_runner() {
    check(Some(3), || {
        let site = Site::new(Spawner::new([]), usize::MAX);
        site.submit(0);
        site.submit(1);
        assert_eq!(site.ends(2), [End::Run; 2]);
    });
}

/// The same, submitted by two threads.
#[test]
fn two_threads_submit() {
    check(Some(3), || {
        let site = Site::new(Spawner::new([]), usize::MAX);
        let thread = site.spawn_submit(0);
        site.submit(1);
        thread.join().unwrap();
        assert_eq!(site.ends(2), [End::Run; 2]);
    });
}

/// The same after a burst so long that the runner looks again.
#[test]
fn a_job_meets_the_leaving_of_a_runner_after_a_long_burst() {
    check(Some(2), || {
        let site = Site::new(Spawner::new([]), 1);
        for name in 0..=LONG_BURST {
            site.submit(name);
        }
        assert_eq!(site.ends(LONG_BURST + 1), [End::Run; LONG_BURST + 1]);
    });
}

/// F3: jobs of all levels, and a runner that leaves while one comes: none is left behind.
#[test]
fn jobs_of_all_levels_meet_the_leaving_of_a_runner() {
    check(Some(2), || {
        let site = Site::new(Spawner::new([]), 1);
        site.submit_as(0, Level::Low);
        site.submit(1);
        site.submit_as(2, Level::High);
        assert_eq!(site.ends(3), [End::Run; 3]);
    });
}

/// L1: with more jobs than runners on their way, the runners send for the others.
#[test]
fn three_jobs_for_two_runners_on_their_way() {
    check(Some(2), || {
        let site = Site::new(Spawner::new([]), usize::MAX);
        for name in 0..3 {
            site.submit(name);
        }
        assert_eq!(site.ends(3), [End::Run; 3]);
    });
}

/// L1: bodies that wait for one another all start: a runner sends for the next before it runs a body.
#[test]
fn three_bodies_wait_for_one_another() {
    check(Some(2), || {
        let spawner = Spawner::new([]);
        let lane = Lane::new(spawner.clone(), usize::MAX, Arc::default());
        let meeting = Meeting::new(3);
        meeting.submit_all(&lane);
        spawner.settle();
        assert_eq!(meeting.begun(), 3);
    });
}

/// L1: the same if the first is what a runner finds that looked for a job: those who submitted have sent for nobody, since it
/// would look.
#[test]
fn two_bodies_wait_for_one_another_while_a_runner_looks() {
    check(Some(2), || {
        let spawner = Spawner::new([]);
        let lane = Lane::new(spawner.clone(), usize::MAX, Arc::default());
        // After one body a runner leaves, after two it looks first.
        for _ in 0..2 {
            let trial = Trial::new(|_| ());
            lane.submit(CallWork::new(&trial));
            assert!(trial.call.detach().is_none());
        }
        let meeting = Meeting::new(2);
        meeting.submit_all(&lane);
        spawner.settle();
        assert_eq!(meeting.begun(), 2);
    });
}

/// Bodies that end when all of them have begun.
struct Meeting {
    bodies: usize,
    begun: Arc<(Mutex<usize>, Condvar)>,
}

impl Meeting {
    fn new(bodies: usize) -> Self {
        Self {
            bodies,
            begun: Arc::new((Mutex::new(0), Condvar::new())),
        }
    }

    fn submit_all(&self, lane: &Arc<Lane<CallWork>>) {
        for _ in 0..self.bodies {
            let (bodies, begun) = (self.bodies, Arc::clone(&self.begun));
            let trial = Trial::new(move |_| {
                let (count, bell) = &*begun;
                let mut count = count.lock().unwrap();
                *count += 1;
                bell.notify_all();
                while *count < bodies {
                    count = bell.wait(count).unwrap();
                }
            });
            lane.submit(CallWork::new(&trial));
            assert!(trial.call.detach().is_none());
        }
    }

    fn begun(&self) -> usize {
        *self.begun.0.lock().unwrap()
    }
}

/// F1: a runner that gives its thread back after each job leaves no job behind.
#[test]
fn runners_give_their_thread_back_after_each_job() {
    TimeSlice::always_over();
    check(Some(2), || {
        let site = Site::new(Spawner::new([]), usize::MAX);
        site.submit(0);
        site.submit(1);
        assert_eq!(site.ends(2), [End::Run; 2]);
    });
}

/// L1: a cap of one is never exceeded, and every job runs.
#[test]
fn one_runner_at_most() {
    check(Some(3), || {
        let site = Site::new(Spawner::new([]), 1);
        site.submit(0);
        site.submit(1);
        assert_eq!(site.ends(2), [End::Run; 2]);
    });
}

/// L1: the same with two threads that submit.
#[test]
fn one_runner_at_most_for_two_threads() {
    check(Some(2), || {
        let site = Site::new(Spawner::new([]), 1);
        let thread = site.spawn_submit(0);
        site.submit(1);
        site.submit(2);
        thread.join().unwrap();
        assert_eq!(site.ends(3), [End::Run; 3]);
    });
}

/// L1, F1: the same with a runner that gives its thread back.
#[test]
fn one_runner_at_most_that_gives_its_thread_back() {
    TimeSlice::always_over();
    check(Some(3), || {
        let site = Site::new(Spawner::new([]), 1);
        site.submit(0);
        site.submit(1);
        site.submit(2);
        assert_eq!(site.ends(3), [End::Run; 3]);
    });
}

/// L1: a cap of two.
#[test]
fn two_runners_at_most() {
    check(Some(2), || {
        let site = Site::new(Spawner::new([]), 2);
        for name in 0..4 {
            site.submit(name);
        }
        assert_eq!(site.ends(4), [End::Run; 4]);
    });
}
