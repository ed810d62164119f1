//! Two looks at the same thing, and what came between them.

use super::{BlockedSnapshot, Calls, ClusterSnapshot, FunctionSnapshot, PoolSnapshot, Snapshot};

impl Snapshot {
    /// What has been counted and measured since `earlier`. What waits and runs, and who, is as it is now.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let before = tokio_offload::snapshot();
    /// tokio_offload::run(|| ()).await;
    /// let lately = tokio_offload::snapshot().since(&before);
    /// assert_eq!(lately.functions.iter().map(|f| f.calls.done).sum::<u64>(), 1);
    /// # }
    /// ```
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        snapshot(self, earlier)
    }
}

/// What `now` has more than `before`.
fn snapshot(now: &Snapshot, before: &Snapshot) -> Snapshot {
    let functions = now.functions.iter().enumerate().map(|(index, function)| {
        let known = earlier(before, &now.functions, index);
        known.map_or_else(|| function.clone(), |known| self::function(function, known))
    });
    let pools = now.pools.iter().map(|pool| {
        let known = before.pools.iter().find(|known| known.name == pool.name);
        known.map_or_else(|| pool.clone(), |known| self::pool(pool, known))
    });
    Snapshot {
        functions: functions.collect(),
        pools: pools.collect(),
        blocked: now
            .blocked
            .iter()
            .filter_map(|reported| blocked(reported, &before.blocked))
            .collect(),
    }
}

/// The same function before. One `macro_rules!` may write several that differ in nothing but their type: the order in which
/// they were first called tells them apart.
pub(crate) fn earlier<'a>(
    before: &'a Snapshot,
    functions: &[FunctionSnapshot],
    index: usize,
) -> Option<&'a FunctionSnapshot> {
    let function = &functions[index];
    let same = |other: &&FunctionSnapshot| {
        (&other.name, &other.file, other.line) == (&function.name, &function.file, function.line)
    };
    let rank = functions[..index].iter().filter(same).count();
    before.functions.iter().filter(same).nth(rank)
}

/// A function in both reports. The longest time is taken from all reports.
fn blocked(now: &BlockedSnapshot, before: &[BlockedSnapshot]) -> Option<BlockedSnapshot> {
    let same = |was: &&BlockedSnapshot| (&was.function, &was.file) == (&now.function, &now.file);
    let known = before.iter().find(same).map_or(0, |was| was.reports);
    let reports = now.reports.saturating_sub(known);
    (reports > 0).then(|| BlockedSnapshot {
        reports,
        ..now.clone()
    })
}

// Every field is named below, so that a new counter cannot be forgotten here.

fn function(now: &FunctionSnapshot, before: &FunctionSnapshot) -> FunctionSnapshot {
    FunctionSnapshot {
        name: now.name.clone(),
        file: now.file.clone(),
        line: now.line,
        calls: calls(&now.calls, &before.calls),
        wait: now.wait.since(&before.wait),
        run: now.run.since(&before.run),
    }
}

fn pool(now: &PoolSnapshot, before: &PoolSnapshot) -> PoolSnapshot {
    PoolSnapshot {
        name: now.name.clone(),
        threads: now.threads,
        limit: now.limit,
        calls: calls(&now.calls, &before.calls),
        longest_wait: now.longest_wait.clone(),
        occupants: now.occupants.clone(),
        cluster: now
            .cluster
            .map(|now| cluster(now, before.cluster.unwrap_or_default())),
        wait: now.wait.since(&before.wait),
        run: now.run.since(&before.run),
    }
}

fn cluster(now: ClusterSnapshot, before: ClusterSnapshot) -> ClusterSnapshot {
    ClusterSnapshot {
        nodes: now.nodes,
        lost: now.lost.saturating_sub(before.lost),
        retried: now.retried.saturating_sub(before.retried),
        republished: now.republished.saturating_sub(before.republished),
        refused_claims: now.refused_claims.saturating_sub(before.refused_claims),
    }
}

fn calls(now: &Calls, before: &Calls) -> Calls {
    Calls {
        started: now.started.saturating_sub(before.started),
        queued: now.queued,
        running: now.running,
        done: now.done.saturating_sub(before.done),
        panicked: now.panicked.saturating_sub(before.panicked),
        cancelled: now.cancelled.saturating_sub(before.cancelled),
        refused: now.refused.saturating_sub(before.refused),
        failed: now.failed.saturating_sub(before.failed),
        abandoned: now.abandoned.saturating_sub(before.abandoned),
    }
}
