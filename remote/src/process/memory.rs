//! Measures how much memory a worker and its descendants hold, and ends the worker if it is too much.
//!
//! The kernel's limit for one process (`RLIMIT_DATA`, set in the worker) refuses memory at once. But it ignores shared mappings and the
//! processes that the worker starts, so their memory is measured here.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use super::WorkerProcess;
use crate::{
    error::Cause,
    system::{family, proc},
    timer,
};

/// The fastest rate at which a process can fill memory, in bytes a second. From it follows how soon a limit could be reached.
///
/// A choice: above what one core writes to fresh pages.
const FILL: u64 = 8 << 30;

/// The bounds of the time between two measurements. Not measured: each reads files of `/proc`, and more of them would load the machine.
const SOONEST: Duration = Duration::from_millis(5);
const LATEST: Duration = Duration::from_millis(50);

impl WorkerProcess {
    /// Ends the worker when it holds more than this.
    pub(crate) fn limit_memory(self: &Arc<Self>, limit: u64) {
        look(&Arc::downgrade(self), limit, false);
    }
}

/// Measures, and schedules the next measurement. While a process starts another one, its memory may count twice for a moment. So the
/// limit must be exceeded two times in a row.
fn look(worker: &Weak<WorkerProcess>, limit: u64, was_over: bool) {
    let Some(living) = worker.upgrade().filter(|worker| worker.is_alive()) else {
        return;
    };
    let held = held(living.id(), limit);
    if held > limit && was_over {
        // The numbers were those of this process, or it has ended and this has no effect.
        return living.end_for(Cause::Memory(limit));
    }
    let room = limit.saturating_sub(held);
    let pause = Duration::from_millis(room / (FILL / 1000)).clamp(SOONEST, LATEST);
    let worker = Weak::clone(worker);
    timer::after(pause, move || look(&worker, limit, held > limit));
}

/// The bytes that this process and its descendants hold, without files, and with shared memory counted once.
fn held(pid: u32, limit: u64) -> u64 {
    let family = family::of(pid);
    let each = |held: fn(u32) -> Option<u64>| family.iter().filter_map(|pid| held(*pid)).sum();
    let sum: u64 = each(|pid| in_whole(&read(pid, "status")?));
    if sum <= limit || family.len() <= 1 {
        return sum;
    }
    // Shared memory was counted for each process. Counting it in shares is slower, so that is done only now.
    each(|pid| in_shares(&read(pid, "status")?, read(pid, "smaps_rollup").as_deref()))
}

fn read(pid: u32, file: &str) -> Option<String> {
    proc::text(format!("/proc/{pid}/{file}"))
}

fn in_whole(status: &str) -> Option<u64> {
    sum_of(
        status,
        &["RssAnon:", "RssShmem:", "VmSwap:", "HugetlbPages:"],
    )
}

/// Memory that is shared counts in part. A process can forbid that its shares are read; then it counts in whole.
fn in_shares(status: &str, rollup: Option<&str>) -> Option<u64> {
    let shares = rollup.and_then(|text| sum_of(text, &["Pss_Anon:", "Pss_Shmem:", "SwapPss:"]));
    match shares {
        Some(shares) if shares > 0 => Some(sum_of(status, &["HugetlbPages:"])? + shares),
        _ => in_whole(status),
    }
}

/// The sum of the lines with these names, in bytes. Missing lines count as zero.
fn sum_of(text: &str, names: &[&str]) -> Option<u64> {
    let mut sum = 0;
    for line in text.lines() {
        if names.iter().any(|name| line.starts_with(name)) {
            let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
            sum += kilobytes << 10;
        }
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_by_their_names() {
        let text = "Name:\tx\nRssAnon:\t      8 kB\nRssFile:\t 100 kB\nRssShmem:\t 2 kB\n";
        assert_eq!(sum_of(text, &["RssAnon:", "RssShmem:"]), Some(10 << 10));
        assert_eq!(sum_of(text, &["VmSwap:"]), Some(0));
        assert_eq!(sum_of("VmSwap: much\n", &["VmSwap:"]), None);
    }

    #[test]
    fn whose_shares_cannot_be_read_counts_in_whole() {
        let status = "RssAnon: 8 kB\nRssShmem: 2 kB\nHugetlbPages: 1 kB\n";
        let rollup = "Pss_Anon: 4 kB\nPss_Shmem: 1 kB\nSwapPss: 0 kB\n";
        assert_eq!(in_shares(status, Some(rollup)), Some(6 << 10));
        for unread in [None, Some(""), Some("Pss_Anon: much\n")] {
            assert_eq!(in_shares(status, unread), Some(11 << 10));
        }
    }

    #[test]
    fn a_process_holds_what_it_has_and_what_its_child_has() {
        let own = held(std::process::id(), u64::MAX);
        assert!(own > 0);
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        assert!(family::of(std::process::id()).contains(&child.id()));
        // Counted in shares as well.
        assert!(held(std::process::id(), 0) > 0);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(held(child.id(), 0), 0);
    }
}
