//! Limits for tests that hang, and for those that do as much as there is time for.

use std::{
    any::Any,
    env,
    io::{self, Write as _},
    mem,
    panic::{self, AssertUnwindSafe},
    process::{self, Command, Output, Stdio},
    sync::{
        Once,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

/// How long a test may take: many times what it takes where the processors have other work as well.
const LIMIT: Duration = Duration::from_secs(180);

/// How long all tests of one binary may take.
const LIMIT_OF_ALL: Duration = Duration::from_secs(10 * 60);

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

/// Runs `f`, in which values panic when they are dropped. A test that panicked with one of them would never end: its thread drops
/// the payload, panics once more, and is gone before it could say that the test has ended.
pub fn among_bombs<T>(f: impl FnOnce() -> T) -> T {
    panic::catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|payload| go_on(payload))
}

/// Goes on with a panic, without its payload if that is no text.
fn go_on(payload: Box<dyn Any + Send>) -> ! {
    if payload.is::<String>() || payload.is::<&str>() {
        panic::resume_unwind(payload);
    }
    mem::forget(payload);
    panic!("a panic with a payload that is no text");
}

/// Counts from zero up to `most`, and on a slow machine no further than it comes in a sixth of the time of a test.
pub fn rounds(most: u64) -> impl Iterator<Item = u64> {
    let begun = Instant::now();
    (0..most).take_while(move |n| *n == 0 || begun.elapsed() < LIMIT / 6)
}

/// Runs an ignored test of this binary in a process of its own.
pub fn child(test: &str) -> Output {
    let mut command = Command::new(env::current_exe().unwrap());
    output(only(&mut command, test))
}

/// Has `command`, which runs this binary, run one ignored test and nothing else.
pub fn only<'a>(command: &'a mut Command, test: &str) -> &'a mut Command {
    command.args([
        "--exact",
        test,
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ]);
    command.env("RUST_BACKTRACE", "0")
}

/// What `command` says until it ends. Panics if it takes longer than a test may, and says where all its threads stand.
pub fn output(command: &mut Command) -> Output {
    limit_all();
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let id = child.id();
    let (done, result) = mpsc::channel();
    thread::spawn(move || done.send(child.wait_with_output()));
    let Ok(output) = result.recv_timeout(LIMIT) else {
        say_standing(id);
        // Not reaped while the thread waits for it or for its output, so the number is its own.
        let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
        panic!("{command:?} hangs")
    };
    output.unwrap()
}

/// Ends this process if it is still there when all its tests should have ended, whatever they wait for. So a test ends as
/// well that has no limit of its own, and a runtime whose drop waits for a body.
pub fn limit_all() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let thread = thread::Builder::new().name("limit".to_owned());
        // A stack that is there even where a test lets the system refuse larger ones. Without a thread all goes on.
        let _ = thread.stack_size(256 * 1024).spawn(|| {
            thread::sleep(LIMIT_OF_ALL);
            say_standing(process::id());
            process::exit(101);
        });
    });
}

/// Says of each thread of the process `id`, and of those below it, where it stands, as far as the system tells. At once, and not
/// through what is kept of a test until it ends: that may be never.
fn say_standing(id: u32) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../.ci/standing");
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
