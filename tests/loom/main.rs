//! Model checks of the job cell and the lane: the real files, every interleaving of their locks.
//!
//! The files are compiled here a second time, with loom's lock in place of the real one (`sync`) and with hosts that run on
//! loom's threads, or are refused or dropped as a test wishes (`ground`). Tests without a `bound` see every interleaving;
//! the others at most that many preemptions, which is where nearly all mistakes of this kind show.

#[path = "../../runtime/src/cell.rs"]
#[expect(dead_code, reason = "only part of the real file is used")]
mod cell;
#[path = "../../runtime/src/cell_run.rs"]
mod cell_run;
#[path = "../../runtime/src/error.rs"]
#[expect(dead_code, reason = "only part of the real file is used")]
mod error;
#[path = "../../runtime/src/failure.rs"]
#[expect(dead_code, reason = "only part of the real file is used")]
mod failure;
#[path = "../../runtime/src/hooks.rs"]
mod hooks;
#[path = "../../runtime/src/host.rs"]
mod host;
#[path = "../../runtime/src/job.rs"]
#[expect(dead_code, reason = "only part of the real file is used")]
mod job;
#[path = "../../runtime/src/lane.rs"]
#[expect(dead_code, reason = "only part of the real file is used")]
mod lane;
#[path = "../../runtime/src/unmetered.rs"]
#[expect(dead_code, reason = "only part of the real file is used")]
mod meter;
#[path = "../../runtime/src/queue.rs"]
mod queue;
#[path = "../../runtime/src/quiet.rs"]
mod quiet;
#[path = "../../runtime/src/shutdown.rs"]
mod shutdown;
#[path = "../../runtime/src/site.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "only part of the real file is used"
)]
mod site;
#[path = "../../runtime/src/stage.rs"]
mod stage;
#[path = "../../runtime/src/stats.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "only part of the real file is used"
)]
mod stats;
#[path = "../../runtime/src/waiting.rs"]
#[expect(dead_code, reason = "only part of the real file is used")]
mod waiting;

mod block_on;
mod frame;
mod ground;
mod sync;
mod trial;

mod cell_ends;
mod cell_stops;
mod lane_bounds;
mod lane_limits;
mod lane_rescues;
mod lane_runs;
mod lane_shuts;
mod work;

/// Runs `model` in every interleaving, with at most `bound` preemptions in each if one is given.
fn check(bound: Option<usize>, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = bound;
    builder.check(model);
}
