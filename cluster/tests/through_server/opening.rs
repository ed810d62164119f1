//! A `connect` or `disconnect` that is dropped leaves nothing behind.

use std::{
    fs,
    future::Future,
    net::{Ipv4Addr, TcpListener},
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use tokio::sync::Notify;
use tokio_offload_cluster::{Connect, Node, connect, disconnect};

use crate::{
    functions::{PLAIN, POOL},
    kit::{NO_JETSTREAM, Stage, free_port, soon, until},
    proxy::{Proxy, Way},
};

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
        // The thread may be so fast that this is all.
        let _ = closing
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
    }
    until("its thread has ended", || !has_thread()).await;
    connect(Connect::url(stage.server.url())).await.unwrap();
    assert!(has_thread());
}

#[tokio::test(flavor = "multi_thread")]
async fn why_no_server_is_reached_is_known() {
    let Some(stage) = Stage::with(NO_JETSTREAM.to_owned()).await else {
        return;
    };
    let nobody = format!("nats://127.0.0.1:{}", free_port());
    let without_tls = format!("tls://127.0.0.1:{}", stage.server.port());
    // Connections to it are made, and nobody answers.
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let silent = format!("nats://{}", silent.local_addr().unwrap());
    for (url, why) in [
        (nobody, "refused"),
        (without_tls, "does not use TLS"),
        (silent, "none has answered in time"),
    ] {
        let to = Connect::url(url).wait_for_servers(Duration::ZERO);
        let error = soon(connect(to)).await.unwrap_err();
        // What a `main` shows that returns it.
        let shown = format!("{error:?}");
        assert_eq!(shown, error.to_string());
        assert!(shown.contains(why), "{shown}");
    }
    // Nothing of that is left.
    connect(Connect::url(stage.server.url())).await.unwrap();
}

/// It has nothing to finish, so it does not wait for servers that do not answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_told_to_end_before_it_serves_does_so() {
    let Some(stage) = Stage::with(NO_JETSTREAM.to_owned()).await else {
        return;
    };
    let proxy = Proxy::to(stage.server.port()).await;
    connect(Connect::url(proxy.url())).await.unwrap();
    proxy.becomes(Way::Silent);
    let node = Node::of(&PLAIN).on(&POOL);
    soon(node.serve_until(std::future::ready(())))
        .await
        .unwrap();
}
