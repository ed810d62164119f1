//! The waits that may not end, for the warnings of pools.

use crate::call::site::Site;

/// A wait of a body that may not end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum EndlessWait {
    /// It waits for a running call whose body waits for this one.
    Circle,
    /// Nothing has woken a body of that function, which waits in `block_on`, for long.
    Still(&'static Site),
    /// A body waits in another `block_on`. It has polled a call of that function, and nothing has been polled there for long.
    Outside(&'static Site),
}
