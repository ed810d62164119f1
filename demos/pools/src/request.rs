//! What a client asks for, and the two ways of serving it.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    task::{JoinHandle, spawn_blocking},
    time::timeout,
};
use tokio_offload::Offload;

use crate::{copy, copy_blocking, pack, pack_blocking};

/// The kinds of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Work for the CPU.
    Pack,
    /// Work for the disk.
    Copy,
}

/// How requests are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Each kind in a pool of its own.
    Pools,
    /// Everything in tokio's.
    SpawnBlocking,
}

/// Something to be done for a client.
pub(crate) enum Request {
    Pack(Arc<[u8]>),
    Copy { from: Arc<Path>, to: PathBuf },
}

/// The reply to the client.
pub(crate) enum Reply {
    /// The work is done.
    Answer,
    /// There is no room, and how long this reply took.
    Busy(Duration),
    /// Nothing, and it did not wait any longer; the body may still run, if there is no way to prevent it.
    Nothing(Option<JoinHandle<io::Result<usize>>>),
    /// The work cannot be done.
    Failed(io::Error),
}

/// A reply, and how it came about.
pub(crate) struct Told {
    pub(crate) reply: Reply,
    /// Whether the call was refused at first.
    pub(crate) was_full: bool,
}

impl Request {
    /// Asks on behalf of a client, who waits for `patience` at most, and who `stays` or leaves if the queue is full.
    pub(crate) async fn ask(self, way: Way, stays: bool, patience: Duration) -> Told {
        if way == Way::SpawnBlocking {
            return Told {
                reply: self.ask_tokio(patience).await,
                was_full: false,
            };
        }
        let asked = Instant::now();
        // Not async: it is known at once whether there is room. A refused call is returned, and can still be awaited.
        let started = self.call().try_start();
        let was_full = started.is_err();
        let reply = match started {
            Ok(call) => answer(call, patience).await,
            Err(refused) if stays => answer(refused.into_call(), patience).await,
            Err(_) => Reply::Busy(asked.elapsed()),
        };
        Told { reply, was_full }
    }

    /// Sends the request and waits without a limit.
    pub(crate) async fn done(self, way: Way) -> io::Result<usize> {
        match way {
            Way::Pools => self.call().await,
            Way::SpawnBlocking => spawn_blocking(|| self.blocking())
                .await
                .map_err(io::Error::other)?,
        }
    }

    /// The call, on its way to the pool for it as soon as it is started.
    pub(crate) fn call(self) -> Offload<io::Result<usize>> {
        match self {
            Self::Pack(block) => pack(&block),
            Self::Copy { from, to } => copy(&from, &to),
        }
    }

    async fn ask_tokio(self, patience: Duration) -> Reply {
        let mut body = spawn_blocking(|| self.blocking());
        match timeout(patience, &mut body).await {
            Ok(ended) => reply(ended.unwrap_or_else(|error| Err(io::Error::other(error)))),
            Err(_) => Reply::Nothing(Some(body)),
        }
    }

    fn blocking(self) -> io::Result<usize> {
        match self {
            Self::Pack(block) => pack_blocking(&block),
            Self::Copy { from, to } => copy_blocking(&from, &to),
        }
    }
}

/// A client that leaves drops the call: if it still waits, its body never runs.
async fn answer(call: Offload<io::Result<usize>>, patience: Duration) -> Reply {
    timeout(patience, call)
        .await
        .map_or(Reply::Nothing(None), reply)
}

fn reply(ended: io::Result<usize>) -> Reply {
    ended.map_or_else(Reply::Failed, |_| Reply::Answer)
}
