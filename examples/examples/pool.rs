//! Named pools of their own size: one kind of work cannot starve another, and can be refused.
//!
//! `cargo run --example pool`

use std::{thread, time::Duration};

use tokio_offload::{Pool, offload};

/// Two threads of its own, named `images-0` and `images-1`; three calls may wait, the next is refused by `try_start`.
static IMAGES: Pool = Pool::new("images").threads(2).queue_capacity(3);
/// At most one of the runtime's blocking threads.
static REPORTS: Pool = Pool::shared("reports").threads(1);

#[offload(pool = IMAGES)]
fn thumbnail(number: u32) -> String {
    thread::sleep(Duration::from_millis(50)); // stands for work
    format!("image {number} on {:?}", thread::current().name())
}

#[offload(pool = REPORTS)]
fn report() -> &'static str {
    "a report"
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    offload_examples::arguments::none();
    let mut calls = Vec::new();
    for number in 1..=8 {
        match thumbnail(number).try_start() {
            Ok(call) => calls.push(call),
            // The call is returned: it can still be awaited, or answered with "try later".
            Err(refused) => println!("image {number}: {refused}"),
        }
    }
    println!("{} while images are at work", report().await);
    for call in calls {
        println!("{}", call.await);
    }
    IMAGES.close().await; // finishes what is queued, takes no more
    println!("closed: {:?}", thumbnail(9).outcome().await.unwrap_err());
}
