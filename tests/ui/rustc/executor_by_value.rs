//! An executor that is given away or may be missing, where a call holds on to one that is lent or shared.

use std::sync::Arc;

use tokio_offload::{Executor, Job, Pool, offload, run_on};

#[derive(Clone, Copy)]
struct Threads;

impl Executor for Threads {
    fn submit(&self, job: Job) {
        std::thread::spawn(|| job.run());
    }
}

fn threads() -> Threads {
    Threads
}

#[offload(pool = threads())]
fn load() {}

fn main() {
    drop(run_on(Threads, || 1));
    drop(run_on(Pool::new("images"), || 1));
    drop(run_on("images", || 1));
    drop(run_on(Some(Arc::new(Pool::new("maybe"))), || 1));
}
