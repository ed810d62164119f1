//! Suggestions that follow from the numbers.

use std::{fmt, time::Duration};

use super::{BlockedSnapshot, FunctionSnapshot, PoolSnapshot, Snapshot};

/// Something the measurements suggest. Its text says what was seen and what could be done.
///
/// ```
/// for advice in tokio_offload::snapshot().advice() {
///     println!("{advice}");
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Advice {
    /// Nearly all bodies of the function are shorter than the hop to another thread and back.
    TooShort {
        /// The function.
        function: String,
        /// The 90th percentile of the time that bodies take.
        run: Duration,
    },
    /// Most calls of the pool wait longer than a body takes, so that more work comes than it can do.
    AlwaysFull {
        /// The pool.
        pool: String,
        /// How many bodies may run at once.
        limit: usize,
        /// The median time that calls wait.
        wait: Duration,
        /// The median time that bodies take.
        run: Duration,
    },
    /// The function has kept a worker away from its runtime for longer than a watch allows (feature `watch`).
    Blocks(BlockedSnapshot),
}

/// Advice needs at least this many calls. Not measured: with fewer, one slow call moves the 90th percentile.
const ENOUGH: u64 = 100;

/// A body shorter than this costs less than the call to another thread and back, and would disturb no other task.
///
/// A choice: four times what a call takes in the benchmark `seq`, 2.3 us on one CPU; `docs/benchmarks.md` has it.
const HOP: Duration = Duration::from_micros(10);

impl Snapshot {
    /// Changes that the numbers suggest; empty if they suggest none. In a program that has run for long, ask for the
    /// difference [since](Self::since) a recent snapshot.
    ///
    /// ```
    /// for advice in tokio_offload::snapshot().advice() {
    ///     println!("{advice}");
    /// }
    /// ```
    pub fn advice(&self) -> Vec<Advice> {
        let functions = self.functions.iter().filter_map(too_short);
        let pools = self.pools.iter().filter_map(always_full);
        let named = |told: &&BlockedSnapshot| told.function.is_some();
        let blocked = self.blocked.iter().filter(named).cloned();
        functions
            .chain(pools)
            .chain(blocked.map(Advice::Blocks))
            .collect()
    }
}

fn too_short(function: &FunctionSnapshot) -> Option<Advice> {
    let run = function.run.quantile(0.9)?;
    // Closures given to `run` and the like are many functions under one name.
    let own = !function.name.starts_with("tokio_offload::");
    (own && function.run.count() >= ENOUGH && run < HOP).then(|| Advice::TooShort {
        function: function.name.clone(),
        run,
    })
}

fn always_full(pool: &PoolSnapshot) -> Option<Advice> {
    let (wait, run) = (pool.wait.quantile(0.5)?, pool.run.quantile(0.5)?);
    let limit = pool.limit?;
    // A wake-up is no wait: short bodies are often over before a second thread could have come.
    let waits = wait > run && wait > Duration::from_millis(1);
    (pool.wait.count() >= ENOUGH && waits).then(|| Advice::AlwaysFull {
        pool: pool.name.clone(),
        limit,
        wait,
        run,
    })
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { function, run } => write!(
                f,
                "`{function}` is too short to be worth the hop: 90 % of its bodies end within {run:.1?}. Call it in place, \
                 or offload the loop around it"
            ),
            Self::AlwaysFull {
                pool,
                limit,
                wait,
                run,
            } => write!(
                f,
                "pool `{pool}` is full most of the time: half of its calls wait longer than {wait:.1?} for one of {limit} places, \
                 while half of its bodies end within {run:.1?}. {}",
                if pool == "owner" {
                    "Spread the work over more owners, or give them less"
                } else {
                    "Make it larger, or give it less work (`try_start` with `queue_capacity`)"
                },
            ),
            Self::Blocks(told) => write!(
                f,
                "{told}. Put `#[offload]` on it{}; if it is `async`, on a function of its own for what it does there",
                if told.computes {
                    ", best with a pool for computing"
                } else {
                    ""
                },
            ),
        }
    }
}
