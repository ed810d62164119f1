//! What a whole program sees, which has one recorder of metrics and one subscriber for all of its threads.

mod metrics;
mod subscriber;
