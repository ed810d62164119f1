//! The bodies that have ended and whose answers are not kept. Their callers may grant them once more, and they must not begin again.

use std::collections::{HashSet, VecDeque};

use super::work::BodyId;

/// How many are remembered: those whose callers were silent or did not confirm a result. With fewer, a body might begin again whose caller
/// was silent for long; with more, they take more memory.
const MOST: usize = 16_384;

/// The latest of them, within a bound.
#[derive(Debug, Default)]
pub(super) struct EndedBodies {
    all: HashSet<BodyId>,
    order: VecDeque<BodyId>,
}

impl EndedBodies {
    pub(super) fn insert(&mut self, body: BodyId) {
        if self.all.insert(body.clone()) {
            self.order.push_back(body);
        }
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.all.remove(&oldest);
        }
    }

    pub(super) fn contains(&self, body: &BodyId) -> bool {
        self.all.contains(body)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::message::Start;

    #[test]
    fn the_latest_are_known() {
        let (mut starts, caller) = (EndedBodies::default(), Arc::<str>::from("caller"));
        let body = |call| BodyId {
            caller: Arc::clone(&caller),
            start: Start::new(call, 1),
        };
        let most = MOST as u64;
        for call in 0..most + 2 {
            starts.insert(body(call));
            starts.insert(body(call));
        }
        assert!(!starts.contains(&body(1)) && starts.contains(&body(2)));
        assert!(starts.contains(&body(most + 1)));
        assert_eq!((starts.all.len(), starts.order.len()), (MOST, MOST));
    }
}
