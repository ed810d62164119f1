//! One call after the other.

use crate::ways::Way;

/// Makes `calls` calls that do nothing, one at a time.
pub(crate) async fn calls<W: Way>(way: &W, calls: usize) {
    for _ in 0..calls {
        way.call(|| ()).await;
    }
}
