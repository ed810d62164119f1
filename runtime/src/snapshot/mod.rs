//! What all functions and pools have done so far, as plain data (feature `stats`).
//!
//! `calls`, `blocked` and `histogram` are the data, `watch_reports` what the watchdog has found, `since` the difference of two looks,
//! `advice` what the numbers suggest; `publish` hands them to the `metrics` facade, `warn_after` warns of calls that wait.
//! `sources` is how each executor shows what waits and runs there, `rayon_source` how rayon does.
//!
//! May import `call`, `executor`, `metrics`, `owner`, `pool`, `scheduler`, `sync` and `unwind`. Nothing below imports it.
//!
//! - Of the locks that calls take, reading takes only that of each pool's queue and those of the calls that it looks at there, briefly.
//! - Dead jobs that it meets in a queue are dropped on the reading thread, where no lock is held: what they carry may have a `Drop`.
//! - Ends are read before beginnings, and those before submissions, so that no difference is negative.

mod advice;
mod blocked;
mod calls;
mod histogram;
#[cfg(feature = "metrics")]
mod publish;
#[cfg(feature = "rayon")]
mod rayon_source;
pub(crate) mod since;
mod sources;
#[cfg(feature = "tracing")]
mod warn_after;
#[cfg(feature = "watch")]
mod watch_reports;
#[cfg(not(feature = "watch"))]
mod watch_reports_mock;

#[cfg(not(feature = "watch"))]
use watch_reports_mock as watch_reports;

pub use crate::metrics::cluster::ClusterSnapshot;
pub use advice::Advice;
pub use blocked::BlockedSnapshot;
pub use calls::Calls;
pub use histogram::{Bucket, Histogram};
#[cfg(feature = "metrics")]
pub use publish::publish_metrics;
#[cfg(feature = "tracing")]
pub use warn_after::warn_after;

use std::{sync::Arc, time::Duration};

use crate::{
    call::{meter::sites, site::Site},
    metrics::{PoolSource, Waits, counts::Stats, pools},
};

/// The counters of every function and every pool so far, and their state now (feature `stats`).
///
/// Functions appear with their first call, pools with their first use; both stay. Of the locks that calls wait for, reading
/// takes that of each pool's queue and those of the calls that it looks at there, briefly. It drops calls that it meets
/// there and that nobody waits for any more: the `Drop` of a value that was passed to one may run on this thread. No lock
/// is held then. Numbers of different functions are read one after the other, so they belong together only at rest. A call
/// costs a few counters and three looks at the clock more with the feature.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tokio_offload::{offload, snapshot};
///
/// #[offload]
/// fn square(n: u64) -> u64 {
///     n * n
/// }
///
/// assert_eq!(square(7).await, 49);
/// let all = snapshot();
/// let square = all.functions.iter().find(|f| f.name.ends_with("::square")).unwrap();
/// assert_eq!((square.calls.started, square.calls.done), (1, 1));
/// assert!(square.run.quantile(0.99).unwrap() >= square.run.min().unwrap());
/// # }
/// ```
pub fn snapshot() -> Snapshot {
    let mut functions: Vec<_> = sites().into_iter().filter_map(function).collect();
    functions.sort_by(|a, b| (&a.name, a.line).cmp(&(&b.name, b.line)));
    let pools = pools()
        .into_iter()
        .map(|(name, meter)| {
            let sources = meter.sources();
            let now = sum(&sources);
            let measured = meter.read();
            PoolSnapshot {
                name: name.to_owned(),
                threads: now.threads,
                limit: limit(&sources),
                calls: Calls::of_pool(&measured, &now),
                longest_wait: longest_wait(&sources).map(LongestWait::of),
                occupants: occupants(&meter.occupants()),
                cluster: sources.iter().find_map(|source| source.cluster()),
                wait: Histogram::new(&measured.times.wait),
                run: Histogram::new(&measured.times.run),
            }
        })
        .collect();
    Snapshot {
        functions,
        pools,
        blocked: watch_reports::blocked(),
    }
}

/// What [`snapshot`] gives.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// tokio_offload::run(|| ()).await;
/// let all = tokio_offload::snapshot();
/// for function in &all.functions {
///     println!("{}: {} done, {:?}", function.name, function.calls.done, function.run.quantile(0.99));
/// }
/// assert!(all.pools.iter().any(|pool| pool.name == "blocking"));
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Snapshot {
    /// Each function that has been called, sorted by name. Closures count under what they were handed to, such as `run`.
    pub functions: Vec<FunctionSnapshot>,
    /// Each pool that has been used, sorted by name: those of one name together; `blocking` is the default executor,
    /// `owner` stands for all owners, `rayon` for all of its pools, and each pool of worker processes and each cluster have
    /// their names.
    pub pools: Vec<PoolSnapshot>,
    /// Each function that a watch has reported, because it blocked a worker; those with most reports first (feature `watch`).
    #[cfg_attr(feature = "serde", serde(default))]
    pub blocked: Vec<BlockedSnapshot>,
}

/// One annotated function.
///
/// ```
/// for function in tokio_offload::snapshot().functions {
///     println!("{}: {} running, p99 {:?}", function.name, function.calls.running, function.run.quantile(0.99));
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct FunctionSnapshot {
    /// Its path, such as `app::images::thumbnail`.
    pub name: String,
    /// The file it stands in.
    pub file: String,
    /// The line of the attribute.
    pub line: u32,
    /// How many calls, and what became of them.
    pub calls: Calls,
    /// From submission to the beginning of the body.
    pub wait: Histogram,
    /// From the beginning of the body to its end.
    pub run: Histogram,
}

/// The pools of one name.
///
/// ```
/// for pool in tokio_offload::snapshot().pools {
///     println!("{}: {} threads, {} calls queued", pool.name, pool.threads, pool.calls.queued);
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct PoolSnapshot {
    /// The name the pool was built with.
    pub name: String,
    /// Threads that live now.
    pub threads: usize,
    /// How many bodies may run at once, if that is limited here.
    pub limit: Option<usize>,
    /// How many calls, and what became of them. A call dropped while it waits is counted as queued until a thread would
    /// have come to it. `abandoned` is counted by functions only.
    pub calls: Calls,
    /// The call that waits longest now.
    pub longest_wait: Option<LongestWait>,
    /// The functions that run now, most frequent first.
    pub occupants: Vec<Occupant>,
    /// What is counted of the nodes, where the pool is a cluster (crate `tokio-offload-cluster`).
    #[cfg_attr(feature = "serde", serde(default))]
    pub cluster: Option<ClusterSnapshot>,
    /// From submission to the beginning of the body.
    pub wait: Histogram,
    /// From the beginning of the body to its end.
    pub run: Histogram,
}

/// The call that waits longest for a thread of a pool.
///
/// ```
/// for pool in tokio_offload::snapshot().pools {
///     if let Some(longest) = pool.longest_wait {
///         println!("{}: {} has waited for {:?}", pool.name, longest.function, longest.time);
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct LongestWait {
    /// The path of its function.
    pub function: String,
    /// How long it has waited by now.
    pub time: Duration,
}

/// A function that runs in a pool now.
///
/// ```
/// for pool in tokio_offload::snapshot().pools {
///     for occupant in pool.occupants {
///         println!("{}: {} bodies of {}", pool.name, occupant.bodies, occupant.function);
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Occupant {
    /// The path of the function.
    pub function: String,
    /// How many bodies of it run.
    pub bodies: usize,
}

impl LongestWait {
    fn of(waits: Waits) -> Self {
        Self {
            function: waits.site.path(),
            time: waits.time,
        }
    }
}

/// What a function has measured, if it has been called.
fn function(site: &'static Site) -> Option<FunctionSnapshot> {
    let measured = site.meter().read()?;
    Some(FunctionSnapshot {
        name: site.path(),
        file: site.file().to_owned(),
        line: site.line(),
        calls: Calls::of_function(&measured),
        wait: Histogram::new(&measured.times.wait),
        run: Histogram::new(&measured.times.run),
    })
}

/// The call that has waited longest in one of the pools.
pub(crate) fn longest_wait(sources: &[Arc<dyn PoolSource>]) -> Option<Waits> {
    let waits = sources.iter().filter_map(|source| source.longest_wait());
    waits.max_by_key(|waits| waits.time)
}

/// The sum of the limits. `None` if there is no pool, or if one of them has no limit.
fn limit(sources: &[Arc<dyn PoolSource>]) -> Option<usize> {
    let limits: Option<Vec<_>> = sources.iter().map(|source| source.limit()).collect();
    let sum = limits?.into_iter().fold(0, usize::saturating_add);
    Some(sum).filter(|limit| *limit > 0)
}

fn sum(sources: &[Arc<dyn PoolSource>]) -> Stats {
    sources
        .iter()
        .map(|source| source.now())
        .fold(Stats::default(), Stats::merge)
}

/// Each function once, most frequent first.
pub(crate) fn occupants(sites: &[&'static Site]) -> Vec<Occupant> {
    let mut found: Vec<Occupant> = Vec::new();
    for site in sites {
        let function = site.path();
        match found.iter_mut().find(|known| known.function == function) {
            Some(known) => known.bodies += 1,
            None => found.push(Occupant {
                function,
                bodies: 1,
            }),
        }
    }
    found
        .sort_by(|left, right| (right.bodies, &left.function).cmp(&(left.bodies, &right.function)));
    found
}
