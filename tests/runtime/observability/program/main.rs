//! What a whole program sees, which has one recorder of metrics and one subscriber for all of its threads.

#[expect(
    dead_code,
    reason = "shared with the behaviour tests, which use the rest"
)]
#[path = "../../calls/support.rs"]
mod support;

mod metrics;
mod subscriber;
