//! A body that waits in `block_on` and is woken again and again, while its pool is stuck.

use std::sync::Arc;

use super::{blocked::Blocked, parked::StuckWait};

impl Blocked {
    /// Helps pools in whose queues calls are awaited, though the future is woken again and again.
    pub(super) fn relieve_if_due(&self, stuck: &mut StuckWait) {
        if !stuck.is_look_due() {
            return;
        }
        let mut homes = self.homes();
        homes.retain(|home| home.ended_while_stuck().is_some());
        let ended = homes.iter().filter_map(|home| home.ended_while_stuck());
        if stuck.is_relief_due(ended.reduce(usize::wrapping_add)) {
            for home in homes {
                Arc::clone(home).relieve();
            }
        }
    }
}
