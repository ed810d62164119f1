//! The jobs of a queue among which the oldest is: what the measurements of a pool ask for.

use super::waiting::Waiting;

impl<T> Waiting<T> {
    /// The first job of each line. One of them is the oldest of all.
    pub(crate) fn oldest(&self) -> impl Iterator<Item = &T> {
        let levels = self.classes.iter().flat_map(|classes| &classes.levels);
        let lines = levels.flat_map(|level| &level.all);
        let of_classes = lines.filter_map(|(_, line)| line.front());
        self.jobs.front().into_iter().chain(of_classes)
    }
}
