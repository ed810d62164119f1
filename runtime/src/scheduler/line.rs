//! One FIFO line of queued jobs, whose memory shrinks with it.

use std::collections::VecDeque;

/// Takes out all jobs that are `dead`. A capacity of `kept` jobs is never freed.
pub(super) fn take_dead<T>(
    line: &mut VecDeque<T>,
    kept: usize,
    dead: impl Fn(&T) -> bool,
    gone: &mut Vec<T>,
) {
    for _ in 0..line.len() {
        match line.pop_front() {
            Some(job) if dead(&job) => gone.push(job),
            Some(job) => line.push_back(job),
            None => break,
        }
    }
    // Freed when three quarters are empty, so that the cost of moving the rest is constant per job.
    if line.capacity() > kept.max(4 * line.len()) {
        line.shrink_to(kept.max(2 * line.len()));
    }
}

/// The index of the job for which `is_it` is true. Searches from both ends: a job that is taken out of the middle was usually pushed
/// recently.
pub(super) fn find<T>(line: &VecDeque<T>, is_it: impl Fn(&T) -> bool) -> Option<usize> {
    let len = line.len();
    let ends = (0..len.div_ceil(2)).flat_map(|step| [len - 1 - step, step]);
    ends.into_iter().find(|index| is_it(&line[*index]))
}

#[test]
fn room_goes_when_three_quarters_of_it_are_empty() {
    /// The capacity after all but `left` of a hundred jobs have died, where a capacity of sixteen is kept.
    fn room_for(left: usize) -> usize {
        let mut line: VecDeque<_> = (0..100).collect();
        line.shrink_to_fit();
        let mut gone = Vec::new();
        take_dead(&mut line, 16, |job| *job >= left, &mut gone);
        assert_eq!((line.len(), gone.len()), (left, 100 - left));
        assert!(line.iter().copied().eq(0..left));
        line.capacity()
    }
    assert_eq!((room_for(30), room_for(25)), (100, 100));
    assert!((48..100).contains(&room_for(24)));
    assert!((16..30).contains(&room_for(1)));
    assert_eq!(room_for(100), 100);
}
