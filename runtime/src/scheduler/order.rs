//! When a job gets its turn beside others: its level, and whose share of the turns it takes.

/// The place of a job in a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct JobOrder {
    pub(crate) level: Level,
    /// Jobs with one key share turns; those without have a share together.
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

    /// How many jobs of a level start before it has to wait for the others to have had their turns.
    pub(super) const fn turns(self) -> u32 {
        match self {
            Self::High => 16,
            Self::Normal => 4,
            Self::Low => 1,
        }
    }
}
