//! The jobs of a queue among which the oldest is: what the measurements of a pool ask for.

use super::waiting::Waiting;

impl<T> Waiting<T> {
    /// The first job of each line that is not `dead`. One of them is the oldest of all. At most half of the jobs are dead.
    pub(crate) fn oldest(&self, dead: impl Fn(&T) -> bool + Copy) -> impl Iterator<Item = &T> {
        let levels = self.classes.iter().flat_map(|classes| &classes.levels);
        let lines = levels.flat_map(|level| &level.all);
        let of_classes = lines.filter_map(move |(_, line)| line.iter().find(|job| !dead(job)));
        let first = self.jobs.iter().find(|job| !dead(job));
        first.into_iter().chain(of_classes)
    }
}
