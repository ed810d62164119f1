//! An executor that is given away, where a call holds on to one that is lent or shared.

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
}
