//! Model checks of calls and of the scheduler: the real files listed here, every interleaving of their locks.
//!
//! The files are compiled here a second time, with loom's lock in place of the real one (`sync`) and with runners that run on
//! loom's threads, or are refused or dropped as a test wishes (`spawner`). Tests without a `bound` see every interleaving;
//! the others at most that many preemptions, which is where nearly all mistakes of this kind show.

#[path = "../../runtime/src/call"]
mod call {
    pub(crate) mod block_on {
        #[expect(dead_code, reason = "only part of the real file is used")]
        mod awaited;
        #[expect(dead_code, reason = "only part of the real file is used")]
        pub(crate) mod blocked;
        #[expect(dead_code, reason = "only part of the real file is used")]
        pub(crate) mod endless_wait;
        mod in_place;
        pub(crate) mod lent_slot;
        pub(crate) mod offers;
        #[expect(dead_code, reason = "only part of the real file is used")]
        pub(crate) mod outside_body;
        pub(crate) mod own_slot;
        pub(crate) mod parked;
        mod run_here;
        mod woken_often;
    }
    mod body_end;
    pub(crate) mod cache_padded;
    mod caller;
    #[expect(dead_code, reason = "only part of the real file is used")]
    pub(crate) mod cancel;
    pub(crate) mod cancel_threads;
    mod canceller;
    #[expect(dead_code, reason = "only part of the real file is used")]
    pub(crate) mod cell;
    mod contents;
    mod core;
    #[path = "../../../tests/loom/current.rs"]
    pub(crate) mod current;
    #[expect(dead_code, reason = "only part of the real file is used")]
    pub(crate) mod depth;
    pub(crate) mod ends_body;
    mod latch;
    #[path = "meter_mock.rs"]
    pub(crate) mod meter;
    pub(crate) mod outcome;
    #[expect(dead_code, reason = "only part of the real file is used")]
    pub(crate) mod queued_in;
    mod run;
    pub(crate) mod signal;
    #[expect(
        dead_code,
        unreachable_pub,
        reason = "only part of the real file is used"
    )]
    pub(crate) mod site;
    #[path = "../../../tests/loom/stack.rs"]
    pub(crate) mod stack;
    mod stage;
    #[expect(dead_code, reason = "only part of the real file is used")]
    pub(crate) mod traits;
    mod waiter;
    mod waker;
    mod withheld;
}
#[path = "../../runtime/src/error/mod.rs"]
#[expect(unreachable_pub, reason = "only part of the real file is used")]
mod error;
#[path = "../../runtime/src/metrics"]
mod metrics {
    #[expect(
        dead_code,
        unreachable_pub,
        reason = "only part of the real file is used"
    )]
    pub(crate) mod counts;
    #[expect(dead_code, reason = "only part of the real file is used")]
    mod mock;

    pub(crate) use mock::{PoolMeterRef, ThreadSlot};
}
#[path = "../../runtime/src/scheduler"]
mod scheduler {
    mod awaited_calls;
    mod circle;
    mod classes;
    pub(crate) mod close;
    pub(crate) mod ends;
    pub(crate) mod fifo;
    mod heads;
    mod idle_wakers;
    #[expect(dead_code, reason = "only part of the real file is used")]
    pub(crate) mod lane;
    mod line;
    mod lines;
    #[path = "../../../tests/loom/monitor.rs"]
    mod monitor;
    pub(crate) mod oldest;
    pub(crate) mod order;
    mod outside;
    mod pending_runners;
    pub(crate) mod queue;
    mod rescue;
    pub(crate) mod runner;
    pub(crate) mod search;
    mod spare;
    mod spare_count;
    #[path = "../../../tests/loom/spawner.rs"]
    pub(crate) mod spawner;
    pub(crate) mod standby;
    pub(crate) mod standby_time;
    mod standstill;
    pub(crate) mod task;
    #[expect(dead_code, reason = "only part of the real file is used")]
    pub(crate) mod thread_set;
    pub(crate) mod waiting;
}
#[path = "../../runtime/src/unwind.rs"]
mod unwind;

mod block_on;
mod sync;

mod cancel_threads;
mod cell_ends;
mod cell_stops;
mod lane_awaited;
mod lane_bounds;
mod lane_circles;
mod lane_limits;
mod lane_offers;
mod lane_rescues;
mod lane_runs;
mod lane_shuts;
mod late_rules;
mod queue_rules;
mod search_rules;
mod slot_rules;
mod standby;
mod stuck_rules;
mod thread_order;
mod thread_set;
mod trial;
mod waiting_rules;
mod waits;
mod warning;
mod work;

/// Runs `model` in every interleaving, with at most `bound` preemptions in each if one is given.
fn check(bound: Option<usize>, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = bound;
    builder.check(model);
}
