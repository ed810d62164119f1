//! Untrusted pictures, decoded in worker processes with limits: a hostile file can harm only a worker.
//!
//! ```text
//! cargo run --release -p sandbox                       # files made here, good, broken and hostile
//! cargo run --release -p sandbox -- --rounds 10        # the same, more often
//! cargo run --release -p sandbox -- photo.png logo.bmp # and some of yours
//! ```
//!
//! - `decoders.rs`: the pool of processes, its limits, and the one attribute. Look here first.
//! - `decode.rs`: decoders as careless as many that are in use. They loop for ever, overflow the stack, take all memory,
//!   panic, and end the process, if only the file says so.
//! - `service.rs`: takes uploads over TCP, answers what became of each, and answers pings meanwhile.
//! - `answer.rs`: tells by type what became of a call.
//!
//! A client uploads all files at once, several times, while another sends pings. Then the good files come once more. What
//! dying workers have to say is on the standard error stream. Linux only.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod program;

// The program is its own workers: it is started again for each of them, and then nothing of this `main` runs.
#[cfg(target_os = "linux")]
#[tokio_offload::main]
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    program::run().await
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    offload_examples::say::complain("sandbox", "worker processes need Linux");
    ExitCode::from(2)
}
