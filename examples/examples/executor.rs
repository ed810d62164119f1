//! An executor of your own: one function that takes jobs.
//!
//! `cargo run --example executor`

use std::{
    sync::{LazyLock, mpsc},
    thread,
};

use tokio_offload::{Executor, Job, offload};

/// One thread that does the youngest job first.
struct Stack(mpsc::Sender<Job>);

impl Stack {
    fn start() -> Self {
        let (jobs, incoming) = mpsc::channel::<Job>();
        thread::spawn(move || {
            let mut stack = Vec::new();
            loop {
                while let Ok(job) = incoming.try_recv() {
                    stack.push(job);
                }
                let Some(job) = stack.pop().or_else(|| incoming.recv().ok()) else {
                    return;
                };
                // Never panics: a panic of the body continues where the call is awaited.
                job.run();
            }
        });
        Self(jobs)
    }
}

impl Executor for Stack {
    fn submit(&self, job: Job) {
        // A job that is dropped instead of run ends its call as refused: nobody waits for ever.
        let _ = self.0.send(job);
    }
}

static STACK: LazyLock<Stack> = LazyLock::new(Stack::start);

#[offload(pool = *STACK)]
fn number(number: u32) -> u32 {
    thread::sleep(std::time::Duration::from_millis(20));
    println!("running {number}");
    number
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    offload_examples::arguments::none();
    let calls: Vec<_> = (1..=4).map(|n| number(n).start()).collect();
    for call in calls {
        println!("number {} is back", call.await);
    }
}
