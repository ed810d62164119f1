//! A body in `block_on` that is woken again and again while its pool is stuck.

use std::sync::Arc;

use super::{blocked::Blocked, parked::StuckWait};

impl Blocked {
    /// Runs a call of a stuck pool on a spare thread, if that is due. Such a body never parks long enough to do this in `park`.
    pub(super) fn add_spare_if_due(&self, stuck: &mut StuckWait) {
        if !stuck.is_check_due() {
            return;
        }
        let mut homes = self.homes();
        homes.retain(|home| home.ended_while_stuck().is_some());
        let ended = homes.iter().filter_map(|home| home.ended_while_stuck());
        if stuck.is_spare_due(ended.reduce(usize::wrapping_add)) {
            for home in homes {
                Arc::clone(home).add_spare_thread();
            }
        }
    }
}
