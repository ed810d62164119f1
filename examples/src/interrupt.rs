//! Ctrl-C in the middle of a program of this repository: for the tests.

use std::{
    ffi::OsStr,
    fs, io,
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::scratch::Scratch;

/// How long the program and what it has started may take: many times what they take where the processors have other work as well.
const LIMIT: Duration = Duration::from_secs(300);

/// Presses Ctrl-C when a program has made files, and checks that then nothing is left of it: no file in the place for temporary files,
/// and no process that it has started. Returns whether the program was still there to be ended.
///
/// # Panics
///
/// If something is left after minutes, or if the program cannot be run.
pub fn leaves_no_file(
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> bool {
    let in_the_middle = |child: &mut Child, place: &Path| {
        let made = || fs::read_dir(place).is_ok_and(|mut entries| entries.next().is_some());
        until(|| (made() || has_ended(child).is_some()).then_some(()));
    };
    leaves_nothing(interruptible(program).args(arguments), in_the_middle)
}

/// The same for a program that starts others, when it has printed its first line.
///
/// # Panics
///
/// The same.
pub fn leaves_no_process(
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> bool {
    leaves_nothing(interruptible(program).args(arguments), |child, _| {
        let mut out = BufReader::new(child.stdout.take().expect("its output is piped"));
        let _ = out.read_line(&mut String::new());
        // The others are read as well, so that the program never waits for a reader.
        thread::spawn(move || io::copy(&mut out, &mut io::sink()));
    })
}

/// The program, which Ctrl-C ends also where what is started would ignore it: below `nohup`, and in the background of a script.
fn interruptible(program: impl AsRef<OsStr>) -> Command {
    if !is_ignored() {
        return Command::new(program);
    }
    let env = |what: &OsStr| {
        let mut env = Command::new("env");
        env.arg("--default-signal=INT").arg(what);
        env
    };
    let known = env("true".as_ref()).stderr(Stdio::null()).status();
    assert!(
        known.is_ok_and(|status| status.success()),
        "Ctrl-C is ignored here, and this `env` has no `--default-signal`: run this test in the foreground"
    );
    env(program.as_ref())
}

/// Whether this process, and so what it starts, ignores the signal of Ctrl-C.
fn is_ignored() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The signals are counted from one, and this one is the second.
    ignored.is_some_and(|set| u64::from_str_radix(set.trim(), 16).is_ok_and(|set| set & 0b10 != 0))
}

fn leaves_nothing(command: &mut Command, in_the_middle: impl FnOnce(&mut Child, &Path)) -> bool {
    let place = Scratch::new().expect("a place for what the program makes");
    command.env("TMPDIR", place.path()).stdin(Stdio::null());
    // As a terminal does it: Ctrl-C is for all processes of a group.
    command.process_group(0);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("it can be run");
    in_the_middle(&mut child, place.path());
    send("INT", &child);
    let ended = until(|| has_ended(&mut child));
    if ended.is_none() {
        send("KILL", &child);
        let _ = child.wait();
    }
    let nothing = until(|| left(place.path()).is_empty().then_some(()));
    assert!(
        ended.is_some() && nothing.is_some(),
        "{command:?} ends with {ended:?} and leaves {:?}",
        left(place.path())
    );
    ended.is_some_and(|status| !status.success())
}

fn has_ended(child: &mut Child) -> Option<ExitStatus> {
    child.try_wait().expect("it is ours")
}

/// Sends a signal to the group of a process.
fn send(signal: &str, child: &Child) {
    let group = format!("-{}", child.id());
    let _ = Command::new("kill")
        .args(["-s", signal, "--", &group])
        .status();
}

/// The files in the place, and the processes that have it for theirs.
fn left(place: &Path) -> Vec<String> {
    let here = format!("TMPDIR={}", place.display());
    let names = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path().display().to_string())
    };
    let processes = names(Path::new("/proc")).filter(|process| {
        let environment = fs::read(format!("{process}/environ")).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|entry| entry == here.as_bytes())
    });
    names(place).chain(processes).collect()
}

fn until<T>(mut found: impl FnMut() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    while begun.elapsed() < LIMIT {
        let found = found();
        if found.is_some() {
            return found;
        }
        thread::sleep(Duration::from_millis(5));
    }
    None
}
