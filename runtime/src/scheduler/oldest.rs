//! The oldest job of a queue: what the measurements of a pool ask for. However many keys wait, it is found with one look.

use super::{classes::Classes, waiting::Waiting};

/// How many dead jobs are taken out at most before the lock is given to others.
pub(crate) const MOST_AT_ONCE: usize = 64;

impl<T> Waiting<T> {
    /// What `look` sees of the oldest job of all, where it sees nothing of a dead one. The dead ones before it come into `gone`, which are
    /// to be dropped where no lock is held. If these are [`MOST_AT_ONCE`], there may be more, and this is to be asked again.
    pub(crate) fn oldest<W>(
        &mut self,
        look: impl Fn(&T) -> Option<W>,
        gone: &mut Vec<T>,
    ) -> Option<W> {
        while gone.len() < MOST_AT_ONCE {
            let (oldest, line) = match &self.classes {
                None => (self.jobs.front()?, None),
                Some(classes) => classes.oldest()?,
            };
            let seen = look(oldest);
            if seen.is_some() {
                return seen;
            }
            gone.extend(match (&mut self.classes, line) {
                (Some(classes), Some(line)) => classes.take_first_of(line),
                _ => self.jobs.pop_front(),
            });
        }
        None
    }
}

impl<T> Classes<T> {
    /// The oldest job, and the line that it is the first of: its level, and its place there.
    fn oldest(&self) -> Option<(&T, Option<(usize, usize)>)> {
        let levels = self.levels.iter().enumerate();
        let oldest = levels.filter_map(|(level, lines)| Some((lines.heads.oldest()?, level)));
        let ((_, key), level) = oldest.min()?;
        let lines = &self.levels[level];
        let place = *lines.places.get(&key)?;
        let (_, job) = lines.all[place].jobs.front()?;
        Some((job, Some((level, place))))
    }

    /// Takes out the first job of that line. This does not count as a turn.
    fn take_first_of(&mut self, (level, place): (usize, usize)) -> Option<T> {
        let job = self.levels[level].take_from(place, 0)?;
        self.len -= 1;
        Some(job)
    }
}
