//! The class of a job: its level of priority, and its key within the level; and the mark of the class that its call stores.

use std::ops::RangeInclusive;

use crate::call::queued_in::LineMark;

/// The class of a job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct JobOrder {
    pub(crate) level: Level,
    /// Jobs with the same key share turns. Jobs without a key are one more group.
    pub(crate) key: Option<u64>,
}

impl JobOrder {
    /// The mark that a call stores: the level, and the first bits of the key. Keys are hashes, so few have the same bits.
    pub(crate) fn mark(self) -> LineMark {
        let [first, second, ..] = self.key.unwrap_or_default().to_be_bytes();
        let keyed = u8::from(self.key.is_some());
        LineMark([2 * self.level as u8 + keyed, first, second])
    }
}

/// The level, and the range of keys, of lines with that mark.
pub(super) fn marked(LineMark([class, first, second]): LineMark) -> MarkedLines {
    let key = |rest| {
        let bytes = [first, second, rest, rest, rest, rest, rest, rest];
        (class % 2 == 1).then(|| u64::from_be_bytes(bytes))
    };
    (usize::from(class / 2), key(0)..=key(u8::MAX))
}

/// The index of a level in [`Level::ALL`], and a range of its keys.
type MarkedLines = (usize, RangeInclusive<Option<u64>>);

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

    /// How many jobs of the level may start before the other levels have their turns.
    pub(super) const fn turns(self) -> u32 {
        match self {
            Self::High => 16,
            Self::Normal => 4,
            Self::Low => 1,
        }
    }
}
