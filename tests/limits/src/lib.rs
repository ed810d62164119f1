//! Limits for tests that hang, for programs that they start, for files that they make, and for tests that do as much as there is time for;
//! and random numbers that are the same in every run.
//!
//! It has no dependencies, because the tests of the published crates use it by its path alone.

#![allow(
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "a test that cannot go on panics"
)]

mod folder;
mod programs;
mod seed;

use std::{
    any::Any,
    io::{self, Read as _, Write as _},
    mem,
    panic::{self, AssertUnwindSafe},
    process::{self, Command, Stdio},
    sync::{
        Once,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

pub use folder::Folder;
pub use programs::{child, ended, only, output, output_of, output_within, succeeds, try_output};
pub use seed::Seed;

/// How long a test may take: many times what it takes on a busy machine.
pub const LIMIT: Duration = Duration::from_secs(180);

/// How long all tests of one binary may take.
const LIMIT_OF_ALL: Duration = Duration::from_secs(20 * 60);

/// A variable that replaces it, in seconds, to test this limit.
const SECONDS_OF_ALL: &str = "OFFLOAD_SECONDS_OF_ALL";

/// Runs `f` on a thread of its own. Panics if it takes longer than three minutes, and says where all threads stand.
pub fn in_time<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> T {
    limit_all();
    let (done, result) = mpsc::channel();
    let thread = thread::spawn(move || done.send(f()));
    match result.recv_timeout(LIMIT) {
        Ok(value) => value,
        Err(RecvTimeoutError::Timeout) => {
            say_standing(process::id());
            panic!("it hangs")
        }
        Err(RecvTimeoutError::Disconnected) => go_on(thread.join().unwrap_err()),
    }
}

/// Runs `f`, in which values panic when they are dropped. A test that panicked with such a value would never end: its thread drops the
/// payload, panics again, and ends before it reports the end of the test.
pub fn among_bombs<T>(f: impl FnOnce() -> T) -> T {
    panic::catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|payload| go_on(payload))
}

/// Continues a panic, without its payload if that is no text.
fn go_on(payload: Box<dyn Any + Send>) -> ! {
    if payload.is::<String>() || payload.is::<&str>() {
        panic::resume_unwind(payload);
    }
    mem::forget(payload);
    panic!("a panic with a payload that is no text");
}

/// Counts from zero to `most`, but stops earlier on a slow machine, after a sixth of the time of a test, and says so. It never stops
/// before a hundredth: a machine that is too slow for that fails the test by the limit of its time.
pub fn rounds(most: u64) -> impl Iterator<Item = u64> {
    rounds_within(LIMIT / 6, most)
}

/// The same with another time.
pub fn rounds_within(time: Duration, most: u64) -> impl Iterator<Item = u64> {
    let begun = Instant::now();
    let floor = (most / 100).max(1);
    (0..most).take_while(move |n| {
        let goes_on = *n < floor || begun.elapsed() < time;
        if !goes_on {
            eprintln!("{n} of {most} rounds in {time:?}");
        }
        goes_on
    })
}

/// Ends this process and those that it has started, if it still runs when all its tests should have ended. So a test without a limit of
/// its own ends too, and so does a runtime whose drop waits for a body.
pub fn limit_all() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let chosen = std::env::var(SECONDS_OF_ALL).ok();
        let chosen = chosen.and_then(|seconds| seconds.parse().ok());
        let limit = chosen.map_or(LIMIT_OF_ALL, Duration::from_secs);
        let thread = thread::Builder::new().name("limit".to_owned());
        // A small stack, because a test may let the system refuse larger ones. Without this thread the tests run without the limit.
        let _ = thread.stack_size(256 * 1024).spawn(move || {
            thread::sleep(limit);
            say_standing(process::id());
            end_before_children();
        });
    });
}

/// Ends this process first and then those that it has started. In the other order, a test that waits for one of them would continue, and
/// this program might end with success.
fn end_before_children() -> ! {
    // Its input ends with this process.
    let script =
        "started=$(pgrep -P \"$1\" | grep -vx $$); echo; cat > /dev/null; kill -KILL $started";
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh", &process::id().to_string()]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut sweeper = command.stderr(Stdio::null()).spawn();
    if let Ok(Some(said)) = sweeper.as_mut().map(|child| child.stdout.as_mut()) {
        // It has read the numbers now.
        let _ = said.read(&mut [0]);
    }
    process::exit(101);
}

/// Prints where each thread of the process `id` and of its descendants is, as far as the system tells. It writes to the real standard
/// error, because the captured output of a test is printed only when the test ends.
fn say_standing(id: u32) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.ci/standing");
    let mut command = Command::new("bash");
    let said = match command.arg(script).arg(id.to_string()).output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
        Err(error) => format!("no bash that tells where its threads stand: {error}"),
    };
    let _ = writeln!(
        io::stderr(),
        "process {id} hangs, and its threads stand here:\n{said}"
    );
}
