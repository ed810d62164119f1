//! Tests that deny blocking, as users write them.

#![allow(missing_docs, reason = "a test")]

use std::{thread, time::Duration};

use tokio_offload::{allow_blocking, offload};

/// Many times the limit, so that it is seen on a busy machine too.
const LONG: Duration = Duration::from_secs(5);

#[offload(blocking = load_blocking)]
fn load() {
    thread::sleep(LONG);
}

#[tokio_offload::test(deny_blocking = "40ms")]
#[tokio::test]
#[should_panic(expected = "this test blocks its runtime for longer than 40ms")]
async fn a_body_that_blocks_its_thread() {
    load_blocking();
}

#[tokio_offload::test(deny_blocking = "40ms")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[should_panic(expected = "worker ")]
async fn a_task_that_blocks_its_worker() {
    tokio::spawn(async { load_blocking() }).await.unwrap();
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[tokio_offload::test(deny_blocking = "40ms")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[should_panic(expected = "the thread inside `block_on`")]
async fn a_body_on_the_thread_of_a_runtime_with_workers() {
    load_blocking();
}

#[tokio_offload::test(deny_blocking = "40ms")]
#[tokio::test]
async fn what_is_offloaded_or_allowed_is_fine() -> Result<(), tokio_offload::Error> {
    load().outcome().await?;
    allow_blocking(load_blocking);
    Ok(())
}

/// The test must have failed by its own error: what it blocks is said beside that.
#[tokio_offload::test(deny_blocking = "40ms")]
#[tokio::test]
#[should_panic(expected = "its own words")]
async fn a_failure_of_its_own() {
    load_blocking();
    panic!("its own words");
}
