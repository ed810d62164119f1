//! Measures how much memory a worker and its descendants hold, and kills the worker if it is too much.
//!
//! The kernel's limit for one process (`RLIMIT_DATA`, set in the worker) refuses memory at once. But it ignores shared mappings and the
//! processes that the worker starts, so their memory is measured here.

use std::{
    io, mem,
    sync::{
        Arc, Weak,
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use super::WorkerProcess;
use crate::{
    error::WorkerFault,
    sync::Mutex,
    system::{family, proc},
    timer,
    unwind::swallow_panic,
};

/// The fastest rate at which a process can fill memory, in bytes a second. From it follows how soon a limit could be reached.
///
/// A choice: above what one core writes to fresh pages.
const FILL: u64 = 8 << 30;

/// The bounds of the time between two measurements. Not measured: each reads files of `/proc`, and more of them would load the machine.
const SOONEST: Duration = Duration::from_millis(5);
const LATEST: Duration = Duration::from_millis(50);

/// The stack of the thread that measures. It reads small files. Unused stack costs addresses and no memory.
const STACK: usize = 256 << 10;

impl WorkerProcess {
    /// Kills the worker when it holds more than this.
    pub(crate) fn limit_memory(self: &Arc<Self>, limit: u64) {
        plan(Look {
            at: Instant::now(),
            worker: Arc::downgrade(self),
            limit,
            was_over: false,
        });
    }
}

/// A measurement that is to come.
struct Look {
    at: Instant,
    worker: Weak<WorkerProcess>,
    limit: u64,
    /// While a process starts another one, its memory may count twice for a moment. So the limit must be exceeded two times in a row.
    was_over: bool,
}

/// The channel to the thread that measures. It is one for all pools. The timer thread does not measure, since a large family takes long.
static MEASURES: Mutex<Option<Sender<Look>>> = Mutex::new(None);

/// Hands a measurement to the thread, which starts with the first.
fn plan(look: Look) {
    let mut thread = MEASURES.lock();
    if thread.is_none() {
        *thread = start().ok();
    }
    if let Some(thread) = &*thread {
        // The thread receives until this process ends.
        let _ = thread.send(look);
    } else {
        timer::after(LATEST, move || plan(look));
    }
}

fn start() -> io::Result<Sender<Look>> {
    let (sender, planned) = mpsc::channel();
    let thread = thread::Builder::new().name("offload-memory".to_owned());
    thread.stack_size(STACK).spawn(move || measure(&planned))?;
    Ok(sender)
}

fn measure(planned: &Receiver<Look>) {
    let mut looks: Vec<Look> = Vec::new();
    loop {
        let new = match looks.iter().map(|look| look.at).min() {
            Some(next) => planned.recv_timeout(next.saturating_duration_since(Instant::now())),
            None => planned.recv().map_err(Into::into),
        };
        looks.extend(new);
        let now = Instant::now();
        // Each worker that is due gets one look, however long those of others take.
        for look in mem::take(&mut looks) {
            if look.at > now {
                looks.push(look);
            } else {
                swallow_panic(|| looks.extend(look.take()));
            }
        }
    }
}

impl Look {
    /// Measures, and returns the next measurement. It holds no reference to the worker meanwhile, so that the sockets are closed when a
    /// caller sees its end.
    fn take(self) -> Option<Self> {
        let living = || self.worker.upgrade().filter(|worker| worker.is_alive());
        let (pid, begun) = (living()?.id(), Instant::now());
        let held = held(pid, self.limit);
        let over = match held {
            Some(held) if held <= self.limit => None,
            Some(_) => Some(WorkerFault::Memory(self.limit)),
            None => Some(WorkerFault::Crowd {
                limit: self.limit,
                threads: family::MOST,
            }),
        };
        if let Some(fault) = over.filter(|_| self.was_over) {
            // The numbers were those of this process, or it has ended and this has no effect.
            living()?.kill_for(fault);
            return None;
        }
        let room = self.limit.saturating_sub(held.unwrap_or(u64::MAX));
        let pause = Duration::from_millis(room / (FILL / 1000)).clamp(SOONEST, LATEST);
        let now = Instant::now();
        // Large families are measured less often: at most half of the time is spent on one.
        let pause = pause.max(now.saturating_duration_since(begun));
        Some(Self {
            at: now + pause,
            was_over: over.is_some(),
            ..self
        })
    }
}

/// The bytes that this process and its descendants hold, without files, and with shared memory counted once. `None` where they are too
/// many to be measured.
fn held(pid: u32, limit: u64) -> Option<u64> {
    let family = family::of(pid);
    if family.more {
        return None;
    }
    let each = |held: fn(u32) -> Option<u64>| family.pids.iter().filter_map(|pid| held(*pid)).sum();
    let sum: u64 = each(|pid| whole_size(&read(pid, "status")?));
    if sum <= limit || family.pids.len() <= 1 {
        return Some(sum);
    }
    // Shared memory was counted for each process. Counting it in shares is slower, so that is done only now.
    Some(each(|pid| {
        size_in_shares(&read(pid, "status")?, read(pid, "smaps_rollup").as_deref())
    }))
}

fn read(pid: u32, file: &str) -> Option<String> {
    proc::text(format!("/proc/{pid}/{file}"))
}

fn whole_size(status: &str) -> Option<u64> {
    sum_of(
        status,
        &["RssAnon:", "RssShmem:", "VmSwap:", "HugetlbPages:"],
    )
}

/// Memory that is shared counts in part. A process can forbid that its shares are read; then it counts in whole.
fn size_in_shares(status: &str, rollup: Option<&str>) -> Option<u64> {
    let shares = rollup.and_then(|text| sum_of(text, &["Pss_Anon:", "Pss_Shmem:", "SwapPss:"]));
    match shares {
        Some(shares) if shares > 0 => Some(sum_of(status, &["HugetlbPages:"])? + shares),
        _ => whole_size(status),
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
        assert_eq!(size_in_shares(status, Some(rollup)), Some(6 << 10));
        for unread in [None, Some(""), Some("Pss_Anon: much\n")] {
            assert_eq!(size_in_shares(status, unread), Some(11 << 10));
        }
    }

    #[test]
    fn a_process_holds_what_it_has_and_what_its_child_has() {
        let own = held(std::process::id(), u64::MAX);
        assert!(own > Some(0));
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        assert!(family::of(std::process::id()).pids.contains(&child.id()));
        // Counted in shares as well.
        assert!(held(std::process::id(), 0) > Some(0));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(held(child.id(), 0), Some(0));
    }
}
