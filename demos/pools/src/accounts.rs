//! The end of the pools: what they counted must be what their clients counted.

use offload_examples::say::say;
use tokio_offload::{Error, Stats};

use crate::{
    CPU, DISK,
    request::{Kind, Request},
    scene::Act,
};

/// Closes both pools, compares their counters with those of the clients, and calls once more.
///
/// # Panics
///
/// If a call was lost or counted twice.
pub(crate) async fn close(late: Request, acts: &[Act]) {
    // Finishes the calls that were started, and refuses new ones.
    CPU.close().await;
    DISK.close().await;
    for (pool, kind) in [(&CPU, Kind::Pack), (&DISK, Kind::Copy)] {
        let (stats, told) = (pool.stats(), Told::by(acts, kind));
        told.agrees_with(stats);
        say(format_args!(
            "{} closed: {} submitted = {} done + {} cancelled while waiting + {} panicked; {} refused.",
            pool.name(),
            told.submitted,
            stats.done,
            stats.cancelled,
            stats.panicked,
            stats.refused
        ));
    }
    let end = late.call().outcome().await;
    assert!(
        matches!(end, Err(Error::Shutdown)),
        "a closed pool took a call"
    );
    say(
        "The clients counted the same. A call to a closed pool ends at once, as Error::Shutdown.\n",
    );
}

/// The work of a pool as its clients counted it.
struct Told {
    /// Calls that were not refused, or waited their turn after they were.
    submitted: u64,
    refused: u64,
    gave_up: u64,
}

impl Told {
    fn by(acts: &[Act], kind: Kind) -> Self {
        let mut told = Self {
            submitted: 0,
            refused: 0,
            gave_up: 0,
        };
        let services = acts.iter().flat_map(|act| &act.services);
        for service in services.filter(|service| service.kind == kind) {
            told.submitted += service.visits.took.len() as u64;
            if let Some(crowd) = &service.crowd {
                told.submitted += crowd.answered + crowd.late + crowd.failed + crowd.gave_up;
                told.refused += crowd.busy.len() as u64 + crowd.stayed;
                told.gave_up += crowd.gave_up;
            }
        }
        told
    }

    fn agrees_with(&self, stats: Stats) {
        assert_eq!(
            (stats.queued, stats.running),
            (0, 0),
            "closed, but not idle"
        );
        assert_eq!(
            stats.done + stats.cancelled + stats.panicked,
            self.submitted
        );
        assert_eq!(stats.refused, self.refused);
        assert!(stats.cancelled <= self.gave_up, "nobody else cancels");
    }
}
