//! The values that one call carries, one place for each carry.

use std::slice;

use super::DynValue;
use crate::unwind::drop_quietly;

/// The place of one carry, empty if it has no value.
type ValuePlace = Option<Box<dyn DynValue>>;

/// The places of all carries, in the order in which they were registered. Most programs register one at most, and need no
/// list.
#[derive(Default)]
pub(crate) enum Values {
    #[default]
    None,
    One(ValuePlace),
    Several(Vec<ValuePlace>),
}

impl Values {
    pub(crate) fn places(&self) -> &[ValuePlace] {
        match self {
            Self::None => &[],
            Self::One(place) => slice::from_ref(place),
            Self::Several(places) => places,
        }
    }

    pub(crate) fn places_mut(&mut self) -> &mut [ValuePlace] {
        match self {
            Self::None => &mut [],
            Self::One(place) => slice::from_mut(place),
            Self::Several(places) => places,
        }
    }

    /// Takes the last value that is here.
    pub(crate) fn take_last(&mut self) -> ValuePlace {
        self.places_mut().iter_mut().rev().find_map(Option::take)
    }

    /// Drops the values in their order, each on its own.
    pub(crate) fn drop_quietly(&mut self) {
        let places = self.places_mut().iter_mut();
        places.filter_map(Option::take).for_each(drop_quietly);
    }
}

impl FromIterator<ValuePlace> for Values {
    fn from_iter<I: IntoIterator<Item = ValuePlace>>(places: I) -> Self {
        places.into_iter().fold(Self::None, |all, next| match all {
            Self::None => Self::One(next),
            Self::One(first) => Self::Several(vec![first, next]),
            Self::Several(mut places) => {
                places.push(next);
                Self::Several(places)
            }
        })
    }
}
