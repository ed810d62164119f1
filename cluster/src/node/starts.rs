//! The starts whose bodies have ended and whose answers are not kept. The caller of one may give it once more, and it must not begin
//! again.

use std::collections::{HashSet, VecDeque};

use super::work::Key;

/// How many are remembered. A choice. Only those count whose callers were silent, or did not confirm a result.
const MOST: usize = 16_384;

/// The latest of them, within a bound.
#[derive(Debug, Default)]
pub(super) struct Starts {
    all: HashSet<(Key, u32)>,
    order: VecDeque<(Key, u32)>,
}

impl Starts {
    pub(super) fn insert(&mut self, which: (Key, u32)) {
        if self.all.insert(which.clone()) {
            self.order.push_back(which);
        }
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.all.remove(&oldest);
        }
    }

    pub(super) fn contains(&self, which: &(Key, u32)) -> bool {
        self.all.contains(which)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn the_latest_are_known() {
        let (mut starts, caller) = (Starts::default(), Arc::<str>::from("caller"));
        let which = |call| ((Arc::clone(&caller), call), 1);
        let most = MOST as u64;
        for call in 0..most + 2 {
            starts.insert(which(call));
            starts.insert(which(call));
        }
        assert!(!starts.contains(&which(1)) && starts.contains(&which(2)));
        assert!(starts.contains(&which(most + 1)));
        assert_eq!((starts.all.len(), starts.order.len()), (MOST, MOST));
    }
}
