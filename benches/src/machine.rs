//! Names the machine that was measured on.

use std::{env::consts, fs};

use crate::ways::cpus;

/// One line: the CPUs and the system.
pub(crate) fn describe() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or(consts::ARCH, |rest| {
        rest.trim_start_matches([' ', '\t', ':'])
    });
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{} x {model}, {} {}", cpus(), consts::OS, release.trim())
}
