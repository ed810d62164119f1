//! The class of a job: its level of priority, and its key within the level; and the mark of the class that its call stores.

use std::ops::RangeInclusive;

use crate::call::queued_in::LineMark;

/// How many bits of a key are in a mark, whose other bits are the class, and how many are not.
const KEY_BITS: u32 = 13;
const LEFT_OUT: u32 = u64::BITS - KEY_BITS;

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
        let class = 2 * self.level as u64 + u64::from(self.key.is_some());
        let mark = class << KEY_BITS | self.key.unwrap_or_default() >> LEFT_OUT;
        LineMark(u16::try_from(mark).unwrap_or_default())
    }
}

/// The level, and the range of keys, of lines with that mark.
pub(super) fn marked(LineMark(mark): LineMark) -> MarkedLines {
    let class = mark >> KEY_BITS;
    let key = |rest| (class % 2 == 1).then_some(u64::from(mark) << LEFT_OUT | rest);
    let all = u64::MAX >> KEY_BITS;
    (usize::from(class / 2), key(0)..=key(all))
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
