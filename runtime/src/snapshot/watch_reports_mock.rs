//! Without the watch nobody tells.

use super::BlockedSnapshot;

pub(super) fn blocked() -> Vec<BlockedSnapshot> {
    Vec::new()
}
