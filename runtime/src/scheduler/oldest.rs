//! The oldest job of a queue, for the measurements of a pool. Finding it does not depend on the number of keys.

use super::{classes::Classes, waiting::Waiting};

/// How many dead jobs are taken out at most before the lock is released. Not measured: it bounds the time under the lock.
pub(crate) const MOST_AT_ONCE: usize = 64;

impl<T> Waiting<T> {
    /// The result of `look` for the oldest job; `look` must return `None` for a dead one. Dead jobs before it are moved to `gone`, which
    /// must be dropped without holding a lock. If there are [`MOST_AT_ONCE`] of them, there may be more: call this again.
    pub(crate) fn oldest<W>(
        &mut self,
        look: impl Fn(&T) -> Option<W>,
        gone: &mut Vec<T>,
    ) -> Option<W> {
        while gone.len() < MOST_AT_ONCE {
            let (oldest, line) = match &self.classes {
                None => (self.plain.jobs.front()?, None),
                Some(classes) => classes.oldest()?,
            };
            let seen = look(oldest);
            if seen.is_some() {
                return seen;
            }
            gone.extend(match (&mut self.classes, line) {
                (Some(classes), Some(line)) => classes.take_first_of(line),
                _ => self.plain.pop(),
            });
        }
        None
    }
}

impl<T> Classes<T> {
    /// The oldest job, and its line, of which it is the first: the level, and the index there.
    fn oldest(&self) -> Option<(&T, Option<(usize, usize)>)> {
        let levels = self.levels.iter().enumerate();
        let oldest = levels.filter_map(|(level, lines)| Some((lines.heads.oldest()?, level)));
        let ((_, key), level) = oldest.min()?;
        let lines = &self.levels[level];
        let place = *lines.places.get(&key)?;
        let (_, job) = lines.all[place].jobs.front()?;
        Some((job, Some((level, place))))
    }

    /// Takes out the first job of that line. This uses up no turn.
    fn take_first_of(&mut self, (level, place): (usize, usize)) -> Option<T> {
        let job = self.levels[level].take_from(place, 0)?;
        self.len -= 1;
        Some(job)
    }
}
