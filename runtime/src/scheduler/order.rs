//! When a job gets its turn: its level, and the key of its line in that level.

/// The place of a job in a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct JobOrder {
    pub(crate) level: Level,
    /// Jobs with the same key share turns. Jobs without a key are one more such group.
    pub(crate) key: Option<u64>,
}

/// How urgent a job is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Level {
    High,
    #[default]
    Normal,
    Low,
}

impl Level {
    /// Every one, the most urgent first.
    pub(crate) const ALL: [Self; 3] = [Self::High, Self::Normal, Self::Low];

    /// How many jobs of a level may start before the other levels have had their turns.
    pub(super) const fn turns(self) -> u32 {
        match self {
            Self::High => 16,
            Self::Normal => 4,
            Self::Low => 1,
        }
    }
}
