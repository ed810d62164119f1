//! `#[offload(remote = CLUSTER)]`: a node in a separate process, and this process as the caller.

use std::{sync::Arc, thread, time::Duration};

use futures_util::future::BoxFuture;
use tokio_offload::{Error, Pool, Workers, offload};
use tokio_offload_cluster::{Cluster, Connect, Node, NodeInfo, connect};

use crate::{
    processes::{Role, Servant, Server, until_told},
    scenario::{SLOTS, Scenario, Work},
    way::{Callee, Figure, Name, Problem, Way, time},
};

/// Two kinds of nodes: one runs bodies on threads, the other in processes. Each has a second cluster with few slots, for bodies that
/// take time.
macro_rules! kinds {
    ($($module:ident $name:literal $few:literal;)*) => {$(
        mod $module {
            use super::{Cluster, Duration, Error, offload, thread};

            pub(super) static MANY: Cluster = Cluster::new($name);
            pub(super) static FEW: Cluster = Cluster::new($few);

            #[offload(remote = MANY)]
            pub(super) fn nothing() -> Result<(), Error> {
                Ok(())
            }

            #[offload(remote = MANY)]
            pub(super) fn length(bytes: &[u8]) -> Result<usize, Error> {
                Ok(bytes.len())
            }

            #[offload(remote = FEW)]
            pub(super) fn sleep(time: Duration) -> Result<(), Error> {
                thread::sleep(time);
                Ok(())
            }
        }
    )*};
}

kinds! {
    on_pool "pool" "pool-8";
    on_workers "workers" "workers-8";
}

static THREADS: Pool = Pool::new("threads").threads(MANY);
static FEW_THREADS: Pool = Pool::new("few-threads").threads(SLOTS);
static PROCESSES: Workers = Workers::new("processes").processes(PROCESS_PLACES);
static FEW_PROCESSES: Workers = Workers::new("few-processes").processes(SLOTS);

/// Slots for bodies that do nothing. A choice.
const MANY: usize = 64;
/// The same in processes. A small machine has room for fewer processes than threads.
const PROCESS_PLACES: usize = 16;

/// The role of a process that is a node.
pub(crate) async fn node(role: Role) -> Result<(), Problem> {
    connect(Connect::from_env()).await?;
    let (many, few) = if role == Role::OnWorkers {
        let many = Node::of(&on_workers::MANY).on(&PROCESSES);
        (many, Node::of(&on_workers::FEW).on(&FEW_PROCESSES))
    } else {
        let many = Node::of(&on_pool::MANY).on(&THREADS).slots(MANY);
        let few = Node::of(&on_pool::FEW).on(&FEW_THREADS).slots(SLOTS);
        (many, few)
    };
    tokio::try_join!(
        many.serve_until(until_told()),
        few.serve_until(until_told())
    )?;
    Ok(())
}

/// One of the two kinds.
pub(crate) struct Ours {
    kind: Arc<Kind>,
    _node: Servant,
}

#[derive(Clone, Copy)]
enum Kind {
    OnPool,
    OnWorkers,
}

impl Ours {
    /// Waits until the node answers. This process must be connected.
    pub(crate) async fn start(name: Name, server: &Server) -> Result<Self, Problem> {
        let (kind, role) = match name {
            Name::OnWorkers => (Kind::OnWorkers, Role::OnWorkers),
            _ => (Kind::OnPool, Role::OnPool),
        };
        let node = Servant::start(role, &server.url)?;
        for cluster in match kind {
            Kind::OnPool => [&on_pool::MANY, &on_pool::FEW],
            Kind::OnWorkers => [&on_workers::MANY, &on_workers::FEW],
        } {
            while nodes(cluster).await?.is_empty() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        Ok(Self {
            kind: Arc::new(kind),
            _node: node,
        })
    }
}

async fn nodes(cluster: &'static Cluster) -> Result<Vec<NodeInfo>, Problem> {
    Ok(cluster.nodes().await?)
}

impl Callee for Kind {
    async fn call(&self, work: Work, bytes: &[u8]) -> Result<(), Problem> {
        match (self, work) {
            (Self::OnPool, Work::Nothing) => on_pool::nothing().await?,
            (Self::OnPool, Work::Length(_)) => drop(on_pool::length(bytes).await?),
            (Self::OnPool, Work::Sleep(time)) => on_pool::sleep(time).await?,
            (Self::OnWorkers, Work::Nothing) => on_workers::nothing().await?,
            (Self::OnWorkers, Work::Length(_)) => drop(on_workers::length(bytes).await?),
            (Self::OnWorkers, Work::Sleep(time)) => on_workers::sleep(time).await?,
        }
        Ok(())
    }
}

impl Way for Ours {
    fn name(&self) -> Name {
        match *self.kind {
            Kind::OnPool => Name::OnPool,
            Kind::OnWorkers => Name::OnWorkers,
        }
    }

    fn measure<'a>(
        &'a mut self,
        scenario: &'a Scenario,
    ) -> BoxFuture<'a, Result<Option<Figure>, Problem>> {
        Box::pin(async { time(&self.kind, scenario).await.map(Some) })
    }
}
