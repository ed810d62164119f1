//! Workers that stop in the middle of a message: a time limit holds there too.

use std::time::{Duration, Instant};

use serde_bytes::ByteBuf;
use tokio_offload_remote::{Failure, Workers};

use crate::kit::{exists, remote, stop, submit, until};

const LIMIT: Duration = Duration::from_millis(500);

static READS: Workers = Workers::new("reads").processes(1).time_limit(LIMIT);
static SENDS: Workers = Workers::new("sends").processes(1).time_limit(LIMIT);

remote! {
    READS: fn reads(data: ByteBuf) -> usize { data.len() }
    SENDS: fn sends(length: usize) -> ByteBuf { ByteBuf::from(vec![1; length]) }
    SENDS: fn sends_pid() -> u32 { std::process::id() }
}

#[tokio::test]
async fn a_worker_that_does_not_read_on_is_ended() {
    READS.warm(1).await.unwrap();
    let pid = READS.pids()[0];
    stop(pid);
    let end = reads(ByteBuf::from(vec![1; 10 << 20])).await;
    assert!(
        matches!(end, Err(Failure::TimedOut(limit)) if limit == LIMIT),
        "{end:?}"
    );
    until("it is gone", || !exists(pid));
    assert_eq!(
        reads(ByteBuf::from(vec![1; 10 << 20])).await.unwrap(),
        10 << 20
    );
}

#[tokio::test]
async fn a_worker_that_does_not_send_on_is_ended() {
    let pid = sends_pid().await.unwrap();
    let begun = Instant::now();
    let mut call = sends(10 << 20);
    assert!(submit(&mut call).await.is_pending());
    // Its reply has begun when its time is over, and nobody has read any of it.
    until("the limit is over", || begun.elapsed() > 2 * LIMIT);
    stop(pid);
    let end = call.await;
    assert!(
        matches!(end, Err(Failure::TimedOut(limit)) if limit == LIMIT),
        "{end:?}"
    );
    until("it is gone", || !exists(pid));
    assert_eq!(sends(3).await.unwrap(), [1; 3]);
}
