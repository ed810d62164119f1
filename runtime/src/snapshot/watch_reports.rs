//! What the watch has told so far.

use super::BlockedSnapshot;

/// Each function that was told of, those with most reports first.
pub(super) fn blocked() -> Vec<BlockedSnapshot> {
    let functions = tokio_offload_watch::seen().functions.into_iter();
    let told = functions.map(|told| BlockedSnapshot {
        function: told.function,
        file: told.file,
        line: told.line,
        calls: told.calls,
        computes: told.computes,
        reports: told.reports,
        longest: told.longest,
    });
    told.collect()
}
