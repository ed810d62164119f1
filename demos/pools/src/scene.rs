//! The scenes: which clients come when, and what is measured meanwhile.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use offload_examples::{
    say::say,
    ticker::{Tick, Ticker},
};
use tokio::{task::JoinHandle, time};

use crate::{
    CPU, DISK, DISK_THREADS,
    clients::{self, Tally, Visits},
    command::Command,
    house::{AT_WORK, House},
    report,
    request::{Kind, Way},
};

/// The clients that come to the service.
#[derive(Clone, Copy)]
pub(crate) struct Scene {
    pub(crate) name: &'static str,
    pub(crate) way: Way,
    crowds: &'static [Kind],
    /// What the disk pool is changed to when the crowds are there.
    disk_threads: Option<usize>,
}

/// What happened to one kind of request.
pub(crate) struct Service {
    pub(crate) kind: Kind,
    /// Nothing if there was no crowd.
    pub(crate) crowd: Option<Tally>,
    pub(crate) visits: Visits,
}

/// A scene that was played.
pub(crate) struct Act {
    pub(crate) scene: Scene,
    pub(crate) services: [Service; 2],
    pub(crate) ticks: Vec<Tick>,
    /// Until the last body was done, which may be long after the last client left.
    pub(crate) lasted: Duration,
    /// The most bodies that ran at the same time.
    pub(crate) bodies: usize,
}

impl Scene {
    pub(crate) const POOLED: [Self; 5] = [
        Self::new("no crowd", Way::Pools, &[]),
        Self::new("CPU crowd", Way::Pools, &[Kind::Pack]),
        Self::new("disk crowd", Way::Pools, &[Kind::Copy]),
        Self {
            disk_threads: Some(32),
            ..Self::new("32 disk threads", Way::Pools, &[Kind::Copy])
        },
        Self {
            disk_threads: Some(DISK_THREADS),
            ..Self::new("both crowds", Way::Pools, &[Kind::Pack, Kind::Copy])
        },
    ];

    pub(crate) const PLAIN: [Self; 4] = [
        Self::new("no crowd", Way::SpawnBlocking, &[]),
        Self::new("CPU crowd", Way::SpawnBlocking, &[Kind::Pack]),
        Self::new("disk crowd", Way::SpawnBlocking, &[Kind::Copy]),
        Self::new("both crowds", Way::SpawnBlocking, &[Kind::Pack, Kind::Copy]),
    ];

    const fn new(name: &'static str, way: Way, crowds: &'static [Kind]) -> Self {
        Self {
            name,
            way,
            crowds,
            disk_threads: None,
        }
    }

    pub(crate) async fn play(self, command: &Command, house: &Arc<House>) -> Act {
        AT_WORK.take_most();
        let clock = Ticker::start(Duration::from_millis(1));
        let start = Instant::now();
        let end = start + command.lasting;
        let services = [Kind::Pack, Kind::Copy].map(|kind| {
            let size = self.crowds.contains(&kind).then_some(command.clients);
            tokio::spawn(self.serve(kind, size, Arc::clone(house), end))
        });
        if let Some(threads) = self.disk_threads {
            DISK.set_threads(threads);
            say(format_args!("  the disk pool has {threads} threads now"));
        }
        let watching = (self.way == Way::Pools).then(|| watch(self.name, command.lasting * 2 / 5));
        let [pack, copy] = services;
        let services = [ended(pack).await, ended(copy).await];
        let lasted = start.elapsed();
        if let Some(watching) = watching {
            watching.abort();
        }
        Act {
            scene: self,
            services,
            ticks: clock.stop().await,
            lasted,
            bodies: AT_WORK.take_most(),
        }
    }

    async fn serve(
        self,
        kind: Kind,
        crowd: Option<usize>,
        house: Arc<House>,
        end: Instant,
    ) -> Service {
        let visitor = clients::visitor(self.way, kind, Arc::clone(&house), end);
        // A task of its own: a crowd that is polled beside the visitor would cost the visitor time.
        let visitor = tokio::spawn(visitor);
        let crowd = match crowd {
            Some(size) => Some(clients::crowd((self.way, kind), size, house, end).await),
            None => None,
        };
        Service {
            kind,
            crowd,
            visits: ended(visitor).await,
        }
    }
}

async fn ended<T>(task: JoinHandle<T>) -> T {
    task.await
        .expect("clients neither panic nor are they cancelled")
}

/// Shows what the pools are doing, now and then.
fn watch(scene: &'static str, period: Duration) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            time::sleep(period).await;
            say(report::live(scene, [CPU.stats(), DISK.stats()]));
        }
    })
}
