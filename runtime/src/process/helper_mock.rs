//! Without the watch there is no helper.

pub(super) fn init() {}
