//! The same program while it is stopped as a whole, as `Ctrl-Z` and machines that sleep do.

use std::{
    fs,
    io::stdin,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use tokio_offload_watch::Blocked;

use super::{LIMIT, LONG, child::Child, receive, reports, runtime};

/// One wait is one report, however often all stands still meanwhile; and what blocks after that is told.
pub(super) fn checks() {
    let mut child = Child::start("stays");
    child.wait_until_ready();
    stop_and_go_on(&child);
    child.go_on();
    let first = child.line();
    assert!(
        first.contains("`builds::receive` (tests/builds.rs:"),
        "{first}"
    );
    for _ in 0..3 {
        stop_and_go_on(&child);
    }
    child.go_on();
    assert_eq!(child.line(), "0 more\n");
    let second = child.line();
    assert!(
        second.contains("`builds::receive` (tests/builds.rs:"),
        "{second}"
    );
    child.go_on();
    assert!(child.has_ended_well());
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

/// It stands still for many times the limit. That a thread is stopped, the kernel says.
fn stop_and_go_on(child: &Child) {
    let pid = Pid::from_raw(child.id().try_into().unwrap());
    kill(pid, Signal::SIGSTOP).unwrap();
    let start = Instant::now();
    while !is_stopped(child) {
        assert!(start.elapsed() < LONG, "it does not stop");
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(LIMIT * 10);
    kill(pid, Signal::SIGCONT).unwrap();
}

fn is_stopped(child: &Child) -> bool {
    let tasks = fs::read_dir(format!("/proc/{}/task", child.id())).unwrap();
    let status = |task: fs::DirEntry| fs::read_to_string(task.path().join("status"));
    let all = tasks.map(|task| status(task.unwrap()).unwrap_or_default());
    all.into_iter().all(|status| status.contains("\nState:\tT"))
}
