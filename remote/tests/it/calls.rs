//! Results, and what it takes to get them.

use tokio_offload_remote::Workers;

use crate::kit::remote;

static CALLS: Workers = Workers::new("calls").processes(2);

remote! {
    CALLS: fn add(one: u32, other: u32) -> u32 { one + other }
    CALLS: fn pid() -> u32 { std::process::id() }
}

#[tokio::test]
async fn a_call_runs_in_another_process() {
    assert_eq!(add(2, 3).await.unwrap(), 5);
    let pid = pid().await.unwrap();
    assert_ne!(pid, std::process::id());
    assert!(CALLS.pids().contains(&pid));
}
