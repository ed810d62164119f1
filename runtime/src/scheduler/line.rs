//! One line of waiting jobs, with no more room than it needs.

use std::collections::VecDeque;

/// Takes out all that are `dead`. Room for `kept` jobs may stay.
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
    // A quarter, so that what is moved has been paid for by those that left.
    if line.capacity() > kept.max(4 * line.len()) {
        line.shrink_to(kept.max(2 * line.len()));
    }
}
