//! Runs programs that a test waits for. Each has a limit, and its output is shown if it exceeds the limit.

use std::{
    env, io,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use crate::{LIMIT, limit_all, say_standing};

/// How long a killed program may take to end, and other processes that hold its output.
const AFTER: Duration = Duration::from_secs(10);

/// Runs an ignored test of this binary in a process of its own. Panics if there is none of that name.
#[track_caller]
pub fn child(test: &str) -> Output {
    let mut command = Command::new(env::current_exe().unwrap());
    let output = output(only(&mut command, test));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("running 1 test"), "no test `{test}`: {said}");
    output
}

/// Makes `command`, which runs this binary, run one ignored test and nothing else.
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

/// The output of `command`, which has no input. If it takes longer than a test may, kills it and panics.
#[track_caller]
pub fn output(command: &mut Command) -> Output {
    output_within(LIMIT, command)
}

/// The same with another limit.
#[track_caller]
pub fn output_within(limit: Duration, command: &mut Command) -> Output {
    let child = start(command);
    wait(
        limit,
        child.unwrap_or_else(|error| panic!("{command:?}: {error}")),
    )
}

/// The same for a program that may not exist.
#[track_caller]
pub fn try_output(command: &mut Command) -> io::Result<Output> {
    start(command).map(output_of)
}

fn start(command: &mut Command) -> io::Result<Child> {
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn()
}

/// Runs `command` as [`output`] does, and panics with its output if it fails.
#[track_caller]
pub fn succeeds(command: &mut Command) {
    let output = output(command);
    assert!(output.status.success(), "{command:?}: {}", shown(&output));
}

/// The output of `child` on the pipes that it has. If it takes longer than a test may, kills it and panics.
#[track_caller]
pub fn output_of(child: Child) -> Output {
    wait(LIMIT, child)
}

#[track_caller]
fn wait(limit: Duration, child: Child) -> Output {
    limit_all();
    let id = child.id();
    let (done, result) = mpsc::channel();
    thread::spawn(move || done.send(child.wait_with_output()));
    if let Ok(output) = result.recv_timeout(limit) {
        return output.unwrap();
    }
    say_standing(id);
    // It is not reaped while the thread waits for it or for its output, so the number is still its own.
    let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
    let said = match result.recv_timeout(AFTER) {
        Ok(Ok(output)) => shown(&output),
        _ => "what it has printed is not known, since somebody else has its output".to_owned(),
    };
    panic!("process {id} hangs: {said}")
}

/// The exit status of `child`, whose output is read elsewhere. If it takes longer than a test may, kills it and panics.
#[track_caller]
pub fn ended(child: &mut Child) -> ExitStatus {
    limit_all();
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if begun.elapsed() >= LIMIT {
            say_standing(child.id());
            let _ = child.kill();
            let _ = child.wait();
            panic!("process {} hangs", child.id());
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn shown(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{}\n{out}{err}", output.status)
}
