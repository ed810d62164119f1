//! The same program while the whole process is stopped, as by `Ctrl-Z` or while the machine sleeps.

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

use super::{
    child::Child,
    receive,
    reports::{LIMIT, LONG, next, reports, runtime, wait_until_parked},
};

/// One wait gives one report, however often the process is stopped meanwhile. A later wait is reported too.
pub(super) fn checks() {
    let mut child = Child::start("stays");
    child.wait_until_ready();
    stop_and_go_on(&child);
    child.go_on();
    let first = child.line();
    assert!(
        first.contains("`builds::receive` (tests/builds/main.rs:"),
        "{first}"
    );
    for _ in 0..3 {
        stop_and_go_on(&child);
    }
    child.go_on();
    assert_eq!(child.line(), "0 more\n");
    let second = child.line();
    assert!(
        second.contains("`builds::receive` (tests/builds/main.rs:"),
        "{second}"
    );
    child.go_on();
    assert!(child.has_ended_well());
}

/// In a child: runs tasks that yield, then a task that waits, then another one. Each step begins when the parent sends a line.
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
    // Nothing was reported while the process was stopped. Reports of many polls do not count.
    assert!(told.try_iter().all(|report| !report.one_poll));
    yields.abort();
    for round in 0..2 {
        let (end, ended) = mpsc::channel();
        let task = runtime.spawn(async move { receive(&ended) });
        let waits = |report: &Blocked| report.function.as_deref() == Some("builds::receive");
        // On a busy machine, a report about the tasks that yielded may still arrive.
        let report = loop {
            let report = next(&told);
            if waits(&report) {
                break report;
            }
        };
        println!("{report}");
        heard();
        if round == 0 {
            // Time enough for a second report.
            thread::sleep(LIMIT * 8);
            println!("{} more", told.try_iter().filter(waits).count());
        }
        drop(end);
        runtime.block_on(task).unwrap();
        wait_until_parked(&runtime);
    }
}

fn heard() {
    stdin().read_line(&mut String::new()).unwrap();
}

/// Stops the process for many times the limit. The kernel says when its threads are stopped.
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
