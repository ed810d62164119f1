//! The rules of what waits in a queue: when the dead go, and the order where jobs are of classes.

use std::{cell::Cell, collections::VecDeque};

use offload_limits::Seed;

use crate::{
    queue_rules::{NO_LINE, push, queue},
    scheduler::{
        oldest::MOST_AT_ONCE,
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
    assert_eq!(queue.jobs.take_out(NO_LINE, |job| *job == 99), Some(99));
    assert!(queue.jobs.take_out(NO_LINE, |job| *job == 99).is_none());
}

/// However many wait: a job that is taken out is near one end of its line, and a few looks find it.
#[test]
fn a_job_that_came_last_is_found_at_once() {
    let looks = Cell::new(0_u32);
    let take = |jobs: &mut Waiting<u32>, order: JobOrder, wanted, at_most| {
        looks.set(0);
        let found = jobs.take_out(order.mark(), |job| {
            looks.set(looks.get() + 1);
            *job == wanted
        });
        assert_eq!(found, Some(wanted));
        assert!(looks.get() <= at_most, "{looks:?} for {wanted}");
    };
    let plain = JobOrder::default();
    let mut line = Waiting::new();
    (0..100_000).for_each(|job| line.push_as(job, JobOrder::default()));
    take(&mut line, plain, 99_999, 2);
    take(&mut line, plain, 99_000, 2_000);
    take(&mut line, plain, 0, 2);
    take(&mut line, plain, 3, 8);
    for job in 1..100 {
        take(&mut line, plain, 50_000 - job, 100_000);
    }
    (100_000..200_000).for_each(|job| line.push_as(job, of_key(job)));
    // In the line of its key, wherever that is: a few others have a key that begins as this one does.
    take(&mut line, of_key(199_999), 199_999, 16);
    take(&mut line, of_key(100_000), 100_000, 16);
    take(&mut line, of_key(154_321), 154_321, 16);
    take(&mut line, plain, 99_998, 2);
    take(&mut line, plain, 5, 16);
    assert_eq!(line.len(), 200_000 - 108);
    assert!(
        line.take_out(of_key(154_321).mark(), |job| *job == 154_321)
            .is_none()
    );
    assert!(
        line.take_out(plain.mark(), |job| *job == 100_001).is_none(),
        "not its line"
    );
}

/// A key of a job, as hashes are.
fn of_key(job: u32) -> JobOrder {
    JobOrder {
        key: Some(u64::from(job).wrapping_mul(0x9E37_79B9_7F4A_7C15)),
        ..JobOrder::default()
    }
}

/// Jobs of no class are in one line, whose room is given back after a burst.
#[test]
fn a_burst_leaves_room_that_can_be_given_back() {
    let mut line = Waiting::new();
    (0..1_000).for_each(|job| line.push_as(job, JobOrder::default()));
    assert_eq!((line.len(), line.is_empty()), (1_000, false));
    assert!((0..1_000).all(|job| line.pop() == Some(job)));
    assert!(line.is_empty());
    assert_eq!(line.spare_room().capacity(), 0);
    (0..5_000).for_each(|job| line.push_as(job, JobOrder::default()));
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
    assert_eq!(oldest(&mut queue.jobs, &[]), (Some(0), vec![]));
    let mut all: Vec<u32> = queue.jobs.iter().copied().collect();
    all.sort_unstable();
    assert_eq!(all, (0..6).collect::<Vec<_>>());
    let plain = JobOrder::default().mark();
    assert_eq!(queue.jobs.take_out(plain, |job| *job == 3), Some(3));
    queue.push(8, high);
    assert_eq!(queue.jobs.take_out(plain, |job| *job == 8), None);
    assert_eq!(queue.jobs.take_out(high.mark(), |job| *job == 8), Some(8));
    assert_eq!(queue.jobs.note_death(|job| *job == 0), [0]);
    assert_eq!(queue.jobs.note_death(|job| *job == 4), [4]);
    assert_eq!(queue.pop(), Some(1));
    assert_eq!(queue.take_all(), [2, 5]);
    assert!(queue.jobs.is_empty());
}

/// The oldest job of all, and those that died before it.
fn oldest(jobs: &mut Waiting<u32>, dead: &[u32]) -> (Option<u32>, Vec<u32>) {
    let mut gone = Vec::new();
    let seen = jobs.oldest(
        |job| Some(*job).filter(|job| !dead.contains(job)),
        &mut gone,
    );
    (seen, gone)
}

#[test]
fn the_oldest_of_one_line_is_its_head() {
    let (mut queue, _) = queue(1);
    assert_eq!(oldest(&mut queue.jobs, &[]), (None, vec![]));
    push(&mut queue, [4, 5, 6, 7]);
    assert_eq!(oldest(&mut queue.jobs, &[]), (Some(4), vec![]));
    assert_eq!(oldest(&mut queue.jobs, &[4, 5, 7]), (Some(6), vec![4, 5]));
    assert_eq!(queue.jobs.len(), 2);
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
    let dead = [0, 1, 7];
    assert_eq!(oldest(&mut queue.jobs, &dead), (Some(2), vec![0, 1]));
    assert_eq!(queue.pop(), Some(7));
    assert_eq!(queue.pop(), Some(8));
    assert_eq!(oldest(&mut queue.jobs, &dead), (Some(2), vec![]));
    assert_eq!((queue.pop(), queue.jobs.len()), (Some(2), 0));
}

#[test]
fn nothing_is_remembered_of_jobs_that_were_all_taken() {
    let mut jobs = Waiting::new();
    (0..9).for_each(|job| jobs.push_as(job, of_key(job % 3)));
    assert_eq!(jobs.take_all().len(), 9);
    assert_eq!(oldest(&mut jobs, &[]), (None, vec![]));
    jobs.push_as(7, of_key(7));
    assert_eq!(oldest(&mut jobs, &[]), (Some(7), vec![]));
}

/// One look, however many keys wait, and one more for each that died, of which only so many go under one lock.
#[test]
fn the_oldest_of_many_keys_is_seen_at_once() {
    let looks = Cell::new(0);
    let mut jobs = Waiting::new();
    let oldest = |jobs: &mut Waiting<u32>, dead: u32| {
        looks.set(0);
        let mut gone = Vec::new();
        let look = |job: &u32| {
            looks.set(looks.get() + 1);
            Some(*job).filter(|job| *job >= dead)
        };
        (jobs.oldest(look, &mut gone), gone.len(), looks.get())
    };
    (0..100_000).for_each(|job| jobs.push_as(job, of_key(job)));
    assert_eq!(oldest(&mut jobs, 0), (Some(0), 0, 1));
    assert_eq!(jobs.pop(), Some(0));
    assert_eq!(oldest(&mut jobs, 11), (Some(11), 10, 11));
    assert_eq!(oldest(&mut jobs, 11), (Some(11), 0, 1));
    assert_eq!(oldest(&mut jobs, 1_000), (None, MOST_AT_ONCE, MOST_AT_ONCE));
    assert_eq!(jobs.len(), 100_000 - 11 - MOST_AT_ONCE);
    // They keep their turns.
    assert_eq!(jobs.pop(), Some(11 + u32::try_from(MOST_AT_ONCE).unwrap()));
}

/// Random steps, compared with a list of all jobs in the order they came: the first of these is the oldest.
#[test]
fn the_oldest_is_known_whatever_goes() {
    for round in 1..300 {
        let mut seed = Seed::new(round);
        let mut jobs = Waiting::new();
        let mut all = VecDeque::new();
        let keys = 1 + seed.below(20);
        for number in 0..400_u32 {
            match seed.below(9) {
                0..5 => {
                    let order = JobOrder {
                        level: seed.choose(&Level::ALL),
                        key: of_key(u32::try_from(seed.below(keys)).unwrap()).key,
                    };
                    jobs.push_as(number, order);
                    all.push_back((number, order));
                }
                5 => {
                    let job = jobs.pop();
                    all.retain(|(number, _)| Some(*number) != job);
                }
                6 if !all.is_empty() => {
                    let index = seed.index(all.len());
                    let (job, order) = all.remove(index).unwrap();
                    let taken = jobs.take_out(order.mark(), |number| *number == job);
                    assert_eq!(taken, Some(job));
                }
                7 => {
                    let dead = |job: &u32| job % 7 == 0;
                    let gone = jobs.note_death(dead);
                    assert!(gone.iter().all(dead));
                    all.retain(|(number, _)| !gone.contains(number));
                }
                _ => {
                    let head = all.front().map(|(number, _)| *number);
                    let dead: Vec<_> = head.into_iter().filter(|job| job % 3 == 0).collect();
                    all.retain(|(number, _)| !dead.contains(number));
                    assert_eq!(oldest(&mut jobs, &dead).1, dead);
                }
            }
            let first = all.front().map(|(number, _)| *number);
            assert_eq!(oldest(&mut jobs, &[]), (first, vec![]));
            assert_eq!(jobs.len(), all.len());
        }
    }
}
