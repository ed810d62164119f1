//! The reports of the watch so far.

use super::BlockedSnapshot;

/// Each function that was reported, those with most reports first.
pub(super) fn blocked() -> Vec<BlockedSnapshot> {
    let functions = tokio_offload_watch::seen().functions.into_iter();
    let snapshots = functions.map(|seen| BlockedSnapshot {
        function: seen.function,
        file: seen.file,
        line: seen.line,
        calls: seen.calls,
        computes: seen.computes,
        reports: seen.reports,
        longest: seen.longest,
    });
    snapshots.collect()
}
