//! Describes the machine of a measurement.

use std::{env::consts, fs, thread};

/// One line: the CPUs, the system, and how many processes wanted to run, on average over fifteen minutes.
#[must_use]
pub fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or(consts::ARCH, |rest| {
        rest.trim_start_matches([' ', '\t', ':'])
    });
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').nth(2).unwrap_or("unknown");
    let system = format!("{} {}", consts::OS, release.trim());
    let cpus = thread::available_parallelism().map_or(1, usize::from);
    format!("{cpus} x {model}, {system}, load {load}")
}
