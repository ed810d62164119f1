//! Bodies that run for long, and say at a gate which process they are in.

use std::{process, thread, time::Duration};

use tokio_offload_remote::stop_requested;

use super::say;

/// Runs until its process is killed.
pub(crate) fn spin(gate: &str) -> ! {
    say(gate, &process::id().to_string());
    loop {
        std::hint::spin_loop();
    }
}

/// Runs until it is asked to stop.
pub(crate) fn until_asked(gate: &str) -> u32 {
    say(gate, &process::id().to_string());
    while !stop_requested() {
        thread::sleep(Duration::from_millis(1));
    }
    process::id()
}
