//! The rules of what waits in a queue: when the dead go, and the order where jobs are of classes.

use std::cell::Cell;

use crate::{
    queue_rules::{push, queue},
    scheduler::{
        order::{JobOrder, Level},
        queue::Queue,
        waiting::Waiting,
    },
};

/// Of a queue of any length the head goes at once, and the rest when enough have died.
#[test]
fn the_dead_are_taken_out_in_time() {
    let (mut queue, _) = queue(1);
    push(&mut queue, 0..100);
    let mut dead = Vec::new();
    let mut die = |queue: &mut Queue<u32>, job| {
        dead.push(job);
        queue.jobs.note_death(|job| dead.contains(job))
    };
    assert_eq!(die(&mut queue, 0), [0]);
    // A quarter has to have died where more than 32 wait.
    for job in 50..73 {
        assert!(die(&mut queue, job).is_empty(), "{job}");
    }
    assert_eq!(queue.jobs.len(), 99);
    assert_eq!(die(&mut queue, 73), (50..74).collect::<Vec<_>>());
    assert_eq!(queue.jobs.len(), 75);
    // The head goes with all that are dead behind it.
    assert!(die(&mut queue, 2).is_empty());
    assert_eq!(die(&mut queue, 1), [1, 2]);
    for job in 3_usize..44 {
        let _ = queue.pop();
        assert_eq!(queue.jobs.len(), 75 - job);
    }
    assert!(die(&mut queue, 90).len() == 1, "a short queue keeps none");
    assert_eq!(queue.jobs.take_out(|job| *job == 99).unwrap().0, 99);
    assert!(queue.jobs.take_out(|job| *job == 99).is_none());
}

/// However many wait: a job that is taken out is near one end, and a few looks find it, in one line and in many.
#[test]
fn a_job_that_came_last_is_found_at_once() {
    let looks = Cell::new(0_u32);
    let take = |jobs: &mut Waiting<u32>, wanted, at_most| {
        looks.set(0);
        let found = jobs.take_out(|job| {
            looks.set(looks.get() + 1);
            *job == wanted
        });
        assert_eq!(found.map(|(job, _)| job), Some(wanted));
        assert!(looks.get() <= at_most, "{looks:?} for {wanted}");
    };
    let mut line = Waiting::new();
    (0..100_000).for_each(|job| line.push(job));
    take(&mut line, 99_999, 2);
    take(&mut line, 99_000, 2_000);
    take(&mut line, 0, 2);
    take(&mut line, 3, 8);
    for job in 1..100 {
        take(&mut line, 50_000 - job, 100_000);
    }
    let key = |key| JobOrder {
        key: Some(key),
        ..JobOrder::default()
    };
    (100_000..100_500).for_each(|job| line.push_as(job, key(u64::from(job))));
    // At the end of a line, wherever that is: one look for each line.
    take(&mut line, 100_499, 2);
    take(&mut line, 100_000, 510);
    take(&mut line, 99_998, 510);
    take(&mut line, 5, 100_000);
    assert_eq!(line.len(), 100_500 - 107);
}

/// Jobs of no class are in one line, whose room is given back after a burst.
#[test]
fn a_burst_leaves_room_that_can_be_given_back() {
    let mut line = Waiting::new();
    (0..1_000).for_each(|job| line.push(job));
    assert_eq!((line.len(), line.is_empty()), (1_000, false));
    assert!((0..1_000).all(|job| line.pop() == Some(job)));
    assert!(line.is_empty());
    assert_eq!(line.spare_room().capacity(), 0);
    (0..5_000).for_each(|job| line.push(job));
    assert_eq!(line.spare_room().capacity(), 0);
    assert!((0..5_000).all(|job| line.pop() == Some(job)));
    assert!(line.spare_room().capacity() >= 5_000);
    assert_eq!(line.spare_room().capacity(), 0);
}

/// With the first job of a class all are in the order of classes: nothing is lost, and the urgent one is first.
#[test]
fn a_job_of_a_class_takes_its_turn_among_those_that_wait() {
    let high = JobOrder {
        level: Level::High,
        ..JobOrder::default()
    };
    let (mut queue, _) = queue(9);
    push(&mut queue, 0..5);
    queue.push(9, high);
    push(&mut queue, [5]);
    assert_eq!(queue.jobs.len(), 7);
    assert_eq!((queue.pop(), queue.jobs.len()), (Some(9), 6));
    let oldest: Vec<u32> = queue.jobs.oldest(|_| false).copied().collect();
    assert!(oldest.contains(&0), "{oldest:?}");
    let mut all: Vec<u32> = queue.jobs.iter().copied().collect();
    all.sort_unstable();
    assert_eq!(all, (0..6).collect::<Vec<_>>());
    assert_eq!(queue.jobs.take_out(|job| *job == 3).unwrap().0, 3);
    queue.push(8, high);
    assert_eq!(queue.jobs.take_out(|job| *job == 8), Some((8, high)));
    assert_eq!(queue.jobs.note_death(|job| *job == 0), [0]);
    assert_eq!(queue.jobs.note_death(|job| *job == 4), [4]);
    assert_eq!(queue.pop(), Some(1));
    assert_eq!(queue.take_all(), [2, 5]);
    assert!(queue.jobs.is_empty());
}

#[test]
fn the_oldest_of_one_line_is_its_head() {
    let (mut queue, _) = queue(1);
    assert!(queue.jobs.oldest(|_| false).next().is_none());
    push(&mut queue, [4, 5]);
    assert_eq!(
        queue.jobs.oldest(|_| false).copied().collect::<Vec<_>>(),
        [4]
    );
}

/// What died at the head of a line stays there for a while.
#[test]
fn the_oldest_of_a_line_lives() {
    let high = JobOrder {
        level: Level::High,
        ..JobOrder::default()
    };
    let (mut queue, _) = queue(1);
    push(&mut queue, 0..3);
    queue.push(7, high);
    queue.push(8, high);
    let is_dead = |job: &u32| [0, 1, 7].contains(job);
    let mut oldest: Vec<u32> = queue.jobs.oldest(is_dead).copied().collect();
    oldest.sort_unstable();
    assert_eq!(oldest, [2, 8]);
}
