//! The same program while it is stopped as a whole, as `Ctrl-Z` and machines that sleep do.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write, stdin},
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use tokio_offload_watch::Blocked;

use super::{LIMIT, LONG, receive, reports, runtime};

/// One wait is one report, however often all stands still meanwhile; and what blocks after that is told.
pub(super) fn checks() {
    let mut child = Stopped::start("stays");
    assert_eq!(child.line(), "ready\n");
    child.stop_and_go_on();
    child.word();
    let first = child.line();
    assert!(
        first.contains("`builds::receive` (tests/builds.rs:"),
        "{first}"
    );
    for _ in 0..3 {
        child.stop_and_go_on();
    }
    child.word();
    assert_eq!(child.line(), "0 more\n");
    let second = child.line();
    assert!(
        second.contains("`builds::receive` (tests/builds.rs:"),
        "{second}"
    );
    child.word();
    assert!(child.child.wait().unwrap().success());
}

/// In a child: tasks that yield, then one that waits, then another one. Goes on when it hears a word.
pub(super) fn stays() {
    let runtime = runtime();
    let told = reports(&runtime);
    let yields = runtime.spawn(async {
        loop {
            tokio::task::yield_now().await;
        }
    });
    println!("ready");
    heard();
    // Nothing was told while all stood still. Polls that are many are not one.
    assert!(told.try_iter().all(|report| !report.one_poll));
    yields.abort();
    for round in 0..2 {
        let (end, ended) = mpsc::channel();
        let task = runtime.spawn(async move { receive(&ended) });
        let waits = |report: &Blocked| report.function.as_deref() == Some("builds::receive");
        // Of what yielded before, something may still be told on a busy machine.
        let report = loop {
            let report = told.recv_timeout(LONG).unwrap();
            if waits(&report) {
                break report;
            }
        };
        println!("{report}");
        heard();
        if round == 0 {
            // There was time to say it again.
            thread::sleep(LIMIT * 8);
            println!("{} more", told.try_iter().filter(waits).count());
        }
        drop(end);
        runtime.block_on(task).unwrap();
    }
}

fn heard() {
    stdin().read_line(&mut String::new()).unwrap();
}

struct Stopped {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Stopped {
    fn start(what: &str) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .arg(what)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }

    fn word(&mut self) {
        writeln!(self.child.stdin.as_ref().unwrap()).unwrap();
    }

    /// It stands still for many times the limit. That a thread is stopped, the kernel says.
    fn stop_and_go_on(&self) {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap());
        kill(pid, Signal::SIGSTOP).unwrap();
        let start = Instant::now();
        while !self.is_stopped() {
            assert!(start.elapsed() < LONG, "it does not stop");
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(LIMIT * 10);
        kill(pid, Signal::SIGCONT).unwrap();
    }

    fn is_stopped(&self) -> bool {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id())).unwrap();
        let status = |task: fs::DirEntry| fs::read_to_string(task.path().join("status"));
        let all = tasks.map(|task| status(task.unwrap()).unwrap_or_default());
        all.into_iter().all(|status| status.contains("\nState:\tT"))
    }
}
