//! Tests of what is made of a look at the threads.

use std::time::Duration;

use super::{Examined, How, NotFound, Stuck, activity::Activity, stacks::Unasked};

#[test]
fn one_look_alone_accuses_nobody() {
    let examine = |is_early| {
        let seen = Activity {
            how: How::Computing,
            is_still: false,
            is_early,
        };
        let not_found = NotFound {
            seen: Some(seen),
            unasked: Unasked::Gone,
            has_symbols: true,
            is_unidentified: false,
            is_known: true,
            threads: 1,
        };
        let stuck = Stuck {
            worker: 0,
            after: Duration::from_secs(1),
            is_excused: false,
        };
        not_found.examine(&stuck)
    };
    assert!(matches!(examine(true), Examined::Unclear));
    assert!(matches!(examine(false), Examined::Blocked(..)));
}
