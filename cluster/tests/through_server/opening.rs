//! A `connect` or `disconnect` that is dropped leaves nothing behind.

use std::{
    fs,
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
};

use tokio::sync::Notify;
use tokio_offload_cluster::{Connect, connect, disconnect};

use crate::kit::{NO_JETSTREAM, Stage, soon, until};

struct Woken(Notify);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

/// Whether the thread that has the connection runs.
fn has_thread() -> bool {
    let threads = fs::read_dir("/proc/self/task").unwrap();
    let names = threads.filter_map(|thread| {
        // It may end meanwhile.
        fs::read_to_string(thread.ok()?.path().join("comm")).ok()
    });
    names
        .into_iter()
        .any(|name| name.trim() == "offload-cluster")
}

/// The connection is ready, and the future has not been polled since.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_nobody_takes_is_closed() {
    let Some(stage) = Stage::with(NO_JETSTREAM.to_owned()).await else {
        return;
    };
    let woken = Arc::new(Woken(Notify::new()));
    let waker = Waker::from(Arc::clone(&woken));
    {
        let mut opening = pin!(connect(Connect::url(stage.server.url())));
        let first = opening.as_mut().poll(&mut Context::from_waker(&waker));
        assert!(matches!(first, Poll::Pending));
        soon(woken.0.notified()).await;
        assert!(has_thread());
    }
    until("its thread has ended", || !has_thread()).await;
    connect(Connect::url(stage.server.url())).await.unwrap();
    assert!(has_thread());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_end_nobody_awaits_is_closed() {
    let Some(stage) = Stage::with(NO_JETSTREAM.to_owned()).await else {
        return;
    };
    connect(Connect::url(stage.server.url())).await.unwrap();
    assert!(has_thread());
    {
        let mut closing = pin!(disconnect());
        let first = closing
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(first, Poll::Pending));
    }
    until("its thread has ended", || !has_thread()).await;
    connect(Connect::url(stage.server.url())).await.unwrap();
    assert!(has_thread());
}
