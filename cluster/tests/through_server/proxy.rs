//! A small TCP proxy in front of a server. A test can cut it to partition one side.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::JoinHandle,
};

/// What the proxy does with bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Open,
    /// Passes everything, with a delay.
    Slow,
    /// Passes nothing, and keeps the connections open.
    Silent,
    /// Breaks connections in the middle of a message, and accepts no new ones.
    Broken,
}

/// See above. Ends when it is dropped.
pub(crate) struct Proxy {
    port: u16,
    way: Arc<AtomicU8>,
    task: JoinHandle<()>,
}

impl Proxy {
    pub(crate) async fn to(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let way = Arc::<AtomicU8>::default();
        let task = tokio::spawn(accept(listener, server, Arc::clone(&way)));
        Self { port, way, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    pub(crate) fn becomes(&self, way: Way) {
        self.way.store(way as u8, Ordering::SeqCst);
    }

    /// Whether it has no connection: each has two tasks that look at the way.
    pub(crate) fn is_idle(&self) -> bool {
        Arc::strong_count(&self.way) == 2
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

const WAYS: [Way; 4] = [Way::Open, Way::Slow, Way::Silent, Way::Broken];

fn now(way: &AtomicU8) -> Way {
    WAYS[usize::from(way.load(Ordering::SeqCst))]
}

async fn accept(listener: TcpListener, server: u16, way: Arc<AtomicU8>) {
    let mut both = tokio::task::JoinSet::new();
    loop {
        let Ok((one, _)) = listener.accept().await else {
            return;
        };
        if now(&way) == Way::Broken {
            continue;
        }
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, server));
        let Ok(other) = TcpStream::connect(server).await else {
            continue;
        };
        let (from, to) = one.into_split();
        let (back, forth) = other.into_split();
        both.spawn(forward(from, forth, Arc::clone(&way)));
        both.spawn(forward(back, to, Arc::clone(&way)));
    }
}

async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, way: Arc<AtomicU8>) {
    let mut bytes = vec![0; 16 << 10];
    let soon = Duration::from_millis(20);
    loop {
        let read = match tokio::time::timeout(soon, from.read(&mut bytes)).await {
            Err(_) if now(&way) == Way::Broken => return,
            Err(_) => continue,
            Ok(Ok(read @ 1..)) => read,
            Ok(_) => return,
        };
        if now(&way) == Way::Slow {
            tokio::time::sleep(soon).await;
        }
        while now(&way) == Way::Silent {
            tokio::time::sleep(soon).await;
        }
        let (all, half) = (&bytes[..read], &bytes[..read / 2]);
        let broken = now(&way) == Way::Broken;
        if to.write_all(if broken { half } else { all }).await.is_err() || broken {
            return;
        }
    }
}
