//! Who waits for a pool, and leaves nothing there when it goes.

use std::{
    sync::Arc,
    task::{Context, Wake, Waker},
};

use tokio_offload_remote::Workers;

use crate::kit::{Gate, one, remote, wait};

static WATCHED: Workers = one("watched").build();

remote! {
    WATCHED: fn watched_at(gate: String) -> () { wait(&gate) }
}

struct Nothing;

impl Wake for Nothing {
    fn wake(self: Arc<Self>) {}
}

/// As a loop does that waits for many things at once, each time anew.
#[tokio::test]
async fn a_dropped_idle_future_leaves_no_waker() {
    let gate = Gate::new();
    let call = tokio::spawn(watched_at(gate.path()));
    gate.reached().await;
    let told = Arc::new(Nothing);
    let waker = Waker::from(Arc::clone(&told));
    let cx = &mut Context::from_waker(&waker);
    for _ in 0..10 {
        let mut idle = Box::pin(WATCHED.idle());
        for _ in 0..10 {
            assert!(idle.as_mut().poll(cx).is_pending());
        }
        assert_eq!(Arc::strong_count(&told), 3, "one at a time");
    }
    let mut warm = Box::pin(WATCHED.prewarm(1));
    assert!(warm.as_mut().poll(cx).is_ready());
    assert_eq!(Arc::strong_count(&told), 2);
    gate.open().await;
    call.await.unwrap().unwrap();
    WATCHED.idle().await;
    let mut gone = Box::pin(WATCHED.close());
    let _ = gone.as_mut().poll(cx);
    drop(gone);
    assert_eq!(Arc::strong_count(&told), 2);
    WATCHED.close().await;
}
