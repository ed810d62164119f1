//! Reads the clock, the CPU time and the context switches of this process, and binds it to one CPU.

use std::time::{Duration, Instant};

use crate::sample::{Metric, Sample};

/// A moment to measure from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gauge {
    at: Instant,
    usage: Usage,
}

/// The resources that this process has used so far.
#[derive(Clone, Copy, Debug, Default)]
struct Usage {
    cpu: f64,
    switches: f64,
}

impl Gauge {
    /// Starts measuring.
    pub(crate) fn start() -> Self {
        Self {
            usage: usage(),
            at: Instant::now(),
        }
    }

    /// Time, CPU time and switches since the start, for each of `calls`.
    pub(crate) fn per_call(&self, calls: usize) -> Sample {
        let wall = nanos(self.at.elapsed());
        let now = usage();
        let calls = count(calls);
        Sample::default()
            .with(Metric::Wall, wall / calls)
            .with(Metric::Cpu, (now.cpu - self.usage.cpu) / calls)
            .with(
                Metric::Switches,
                (now.switches - self.usage.switches) / calls,
            )
    }
}

/// A duration as a figure.
pub(crate) const fn nanos(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

/// A count as a figure.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of calls are far below 2^52"
)]
pub(crate) const fn count(n: usize) -> f64 {
    n as f64
}

/// The percentile of single times, in nanoseconds. `times` must be sorted and not empty.
pub(crate) fn percentile(times: &[Duration], permille: usize) -> f64 {
    nanos(times[(times.len() - 1) * permille / 1000])
}

#[cfg(unix)]
fn usage() -> Usage {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::TimeValLike,
    };
    let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) else {
        return Usage::default();
    };
    let micros = (usage.user_time() + usage.system_time()).num_microseconds();
    let switches = usage.voluntary_context_switches() + usage.involuntary_context_switches();
    #[expect(
        clippy::cast_precision_loss,
        reason = "microseconds of one process are far below 2^52"
    )]
    Usage {
        cpu: micros as f64 * 1e3,
        switches: switches as f64,
    }
}

#[cfg(not(unix))]
fn usage() -> Usage {
    Usage::default()
}

/// Binds this process, and all threads that it will start, to one CPU. Returns whether that worked.
#[cfg(target_os = "linux")]
pub(crate) fn pin() -> bool {
    use nix::{
        sched::{CpuSet, sched_getaffinity, sched_setaffinity},
        unistd::Pid,
    };
    let this = Pid::from_raw(0);
    let Ok(allowed) = sched_getaffinity(this) else {
        return false;
    };
    let mut one = CpuSet::new();
    let first = (0..CpuSet::count()).find(|cpu| allowed.is_set(*cpu) == Ok(true));
    first.is_some_and(|cpu| one.set(cpu).is_ok()) && sched_setaffinity(this, &one).is_ok()
}

/// Binds this process to one CPU if the system allows it. Returns whether that worked.
#[cfg(not(target_os = "linux"))]
pub(crate) fn pin() -> bool {
    false
}
