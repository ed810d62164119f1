//! One line of waiting jobs, which keeps no more memory than it needs.

use std::collections::VecDeque;

/// Takes out all jobs that are `dead`. Room for `kept` jobs may stay.
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
    // A quarter: then the jobs that left have paid for moving the others.
    if line.capacity() > kept.max(4 * line.len()) {
        line.shrink_to(kept.max(2 * line.len()));
    }
}

/// The index of the job for which `is_it` is true. Looks from both ends: what is taken out of the middle has come a short time ago, and a
/// few others have come after it.
pub(super) fn find<T>(line: &VecDeque<T>, is_it: impl Fn(&T) -> bool) -> Option<usize> {
    let len = line.len();
    let ends = (0..len.div_ceil(2)).flat_map(|step| [len - 1 - step, step]);
    ends.into_iter().find(|index| is_it(&line[*index]))
}

#[test]
fn room_goes_when_three_quarters_of_it_are_empty() {
    /// How much room is left after all but a certain number of a hundred jobs have died, where room for sixteen may stay.
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
