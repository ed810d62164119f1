//! Without the watch there are no reports.

use super::BlockedSnapshot;

pub(super) fn blocked() -> Vec<BlockedSnapshot> {
    Vec::new()
}
