//! The values that one call carries, one slot for each carry.

use std::slice;

use super::DynValue;
use crate::unwind::drop_quietly;

/// The slot of one carry, empty if it has no value.
type ValueSlot = Option<Box<dyn DynValue>>;

/// The slots of all carries, in the order in which they were registered. Most programs register one at most, and need no
/// list.
#[derive(Default)]
pub(crate) enum Values {
    #[default]
    None,
    One(ValueSlot),
    Several(Vec<ValueSlot>),
}

impl Values {
    pub(crate) fn slots(&self) -> &[ValueSlot] {
        match self {
            Self::None => &[],
            Self::One(slot) => slice::from_ref(slot),
            Self::Several(slots) => slots,
        }
    }

    pub(crate) fn slots_mut(&mut self) -> &mut [ValueSlot] {
        match self {
            Self::None => &mut [],
            Self::One(slot) => slice::from_mut(slot),
            Self::Several(slots) => slots,
        }
    }

    /// Takes the last value that is here.
    pub(crate) fn take_last(&mut self) -> ValueSlot {
        self.slots_mut().iter_mut().rev().find_map(Option::take)
    }

    /// Drops the values in their order, each on its own.
    pub(crate) fn drop_quietly(&mut self) {
        let slots = self.slots_mut().iter_mut();
        slots.filter_map(Option::take).for_each(drop_quietly);
    }
}

impl FromIterator<ValueSlot> for Values {
    fn from_iter<I: IntoIterator<Item = ValueSlot>>(slots: I) -> Self {
        slots.into_iter().fold(Self::None, |all, next| match all {
            Self::None => Self::One(next),
            Self::One(first) => Self::Several(vec![first, next]),
            Self::Several(mut slots) => {
                slots.push(next);
                Self::Several(slots)
            }
        })
    }
}
