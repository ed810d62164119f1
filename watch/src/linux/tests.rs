//! Tests of what is made of a look at the threads.

use std::time::Duration;

use super::{How, Judged, Rest, Stuck, activity::Activity, stacks::Unasked};

#[test]
fn one_look_alone_accuses_nobody() {
    let judge = |is_early| {
        let seen = Activity {
            how: How::Computing,
            is_still: false,
            is_early,
        };
        let rest = Rest {
            seen: Some(seen),
            unasked: Unasked::Gone,
            has_symbols: true,
            is_untold: false,
            is_known: true,
            threads: 1,
        };
        let stuck = Stuck {
            worker: 0,
            after: Duration::from_secs(1),
            is_excused: false,
        };
        rest.judge(&stuck)
    };
    assert!(matches!(judge(true), Judged::Unclear));
    assert!(matches!(judge(false), Judged::Blocked(_)));
}
