//! The bound on what waits, and the moment when nothing does.

use std::{future::poll_fn, task::Poll};

use crate::{
    block_on::block_on,
    check,
    scheduler::spawner::{Fate, Spawner},
    work::{End, Site},
};

/// L7: of two that will not wait, one gets the only place; refused jobs come back unrun.
#[test]
fn two_that_will_not_wait_meet() {
    check(Some(3), || {
        // The runner stays away, so that nothing makes room meanwhile.
        let site = Site::new(Spawner::new([Fate::IsHeldBack]), 1);
        let thread = site.spawn_try_submit(0, 0);
        let here = site.try_submit(1, 0);
        let there = thread.join().unwrap();
        assert!(here != there, "one of them is accepted");
        site.spawner.release();
        site.spawner.settle();
        assert_eq!(site.last_end(usize::from(here)), End::Run);
    });
}

/// S11: idle is seen when the last job has ended, and not before.
#[test]
fn waiting_for_idle_meets_the_last_job() {
    check(Some(3), || {
        let site = Site::new(Spawner::new([]), 1);
        site.submit(0);
        site.submit(1);
        idle(&site);
        assert_eq!((site.last_end(0), site.last_end(1)), (End::Run, End::Run));
        site.spawner.settle();
    });
}

/// S11, S3: nor is it missed when the lane is shut down.
#[test]
fn waiting_for_idle_meets_shutting_down() {
    check(Some(3), || {
        let site = Site::new(Spawner::new([]), 1);
        site.submit(0);
        let thread = site.spawn_shut_down();
        idle(&site);
        thread.join().unwrap();
        site.ends(1);
    });
}

fn idle(site: &Site) {
    let mut number = None;
    block_on(poll_fn(|cx| {
        if site.lane.poll_idle(&mut number, cx.waker()) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }));
}
