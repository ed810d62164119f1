//! When threads are refused: jobs end or run, the lane stays alive, and the cap holds.

use crate::{
    check,
    scheduler::spawner::{Fate, Spawner},
    work::{End, Site},
};

/// P6, L5: without any thread the job ends as refused, and the next one runs.
#[test]
fn a_refused_runner_ends_its_job_and_the_next_runs() {
    check(Some(3), || {
        let site = Site::new(Spawner::new([Fate::IsRefused]), 1);
        site.submit(0);
        site.submit(1);
        assert_eq!(site.ends(2), [End::Thread, End::Run]);
        site.spawner.release();
        site.spawner.settle();
    });
}

/// P6, L5: nor does a runner that was never sent close the lane.
#[test]
fn a_runner_given_up_ends_its_job_and_the_next_runs() {
    check(Some(3), || {
        let site = Site::new(Spawner::new([Fate::IsNotMade]), 1);
        site.submit(0);
        site.submit(1);
        assert_eq!(site.ends(2), [End::Thread, End::Run]);
    });
}

/// L5: a runner may arrive after all, even before the lane has heard that it was refused.
#[test]
fn a_refused_runner_arrives_all_the_same() {
    check(Some(3), || {
        let site = Site::new(Spawner::new([Fate::IsRefusedAndArrives]), usize::MAX);
        site.submit(0);
        site.submit(1);
        let ends = site.ends(2);
        assert!(matches!(ends[0], End::Run | End::Thread));
        assert_eq!(ends[1], End::Run);
    });
}

/// L1, L5: a runner that was given up as lost does not bring the bodies over the cap.
#[test]
fn a_lost_runner_that_turns_up_keeps_the_cap() {
    check(Some(3), || {
        let site = Site::new(Spawner::new([Fate::IsRefused]), 1);
        site.submit(0);
        site.submit(1);
        site.submit(2);
        site.spawner.release();
        assert_eq!(site.ends(3), [End::Thread, End::Run, End::Run]);
    });
}

/// L5: jobs that a runner at work will come to are not ended by a refusal.
#[test]
fn a_runner_at_work_takes_the_jobs_of_a_refused_one() {
    check(Some(3), || {
        let site = Site::new(Spawner::new([Fate::Arrives, Fate::IsRefused]), 2);
        site.submit(0);
        site.submit(1);
        let ends = site.ends(2);
        assert_eq!(ends[0], End::Run);
        assert!(matches!(ends[1], End::Run | End::Thread));
        site.submit(2);
        site.spawner.settle();
        site.spawner.clear();
    });
}

/// S9: a runner that was lost and is dropped at last closes the lane, once.
#[test]
fn a_lost_runner_that_is_dropped_closes_the_lane() {
    check(Some(3), || {
        let site = Site::new(Spawner::new([Fate::IsRefused]), 2);
        site.submit(0);
        let thread = site.spawn_submit(1);
        site.spawner.clear();
        thread.join().unwrap();
        let ends = site.ends(2);
        assert_eq!(ends[0], End::Thread);
        assert!(matches!(ends[1], End::Run | End::Shutdown));
    });
}
