//! The same program while another process traces its threads, as debuggers do.

use std::{
    fs,
    hint::black_box,
    io::stdin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::{
        ptrace,
        wait::{WaitPidFlag, waitpid},
    },
    unistd::Pid,
};

use super::{
    child::Child,
    reports::{LIMIT, next, reports, runtime},
};

pub(super) fn checks() {
    a_thread_that_another_process_traces_is_told_without_its_name();
    threads_that_a_debugger_holds_are_not_accused();
}

/// In a child: says that it is ready, and then prints the report about a function that computes.
pub(super) fn computes() {
    computes_when(ready);
}

/// The same at once.
pub(super) fn computes_alone() {
    computes_when(|| ());
}

fn computes_when(ready: fn()) {
    let runtime = runtime();
    let told = reports(&runtime);
    ready();
    let end = Arc::new(AtomicBool::new(false));
    let its = Arc::clone(&end);
    let task = runtime.spawn(async move {
        while !its.load(Relaxed) {
            black_box(0);
        }
    });
    println!("{}", next(&told));
    end.store(true, Relaxed);
    runtime.block_on(task).unwrap();
}

/// In a child: prints the reports about tasks that yield until the parent sends a line.
pub(super) fn yields() {
    let runtime = runtime();
    let told = reports(&runtime);
    for _ in 0..2 {
        runtime.spawn(async {
            loop {
                tokio::task::yield_now().await;
            }
        });
    }
    ready();
    ready();
    // After the threads continue, the watch has time for a wrong report.
    thread::sleep(LIMIT * 4);
    let reports: Vec<_> = told.try_iter().filter(|report| report.one_poll).collect();
    println!("{reports:?}");
}

/// Tells the parent that this process is ready, and waits for its line.
fn ready() {
    println!("ready");
    stdin().read_line(&mut String::new()).unwrap();
}

/// A thread can have only one tracer, so the watch cannot trace it. That may not last, so the report does not say that
/// the system forbids it.
fn a_thread_that_another_process_traces_is_told_without_its_name() {
    let mut child = Child::start("computes");
    child.wait_until_ready();
    let threads = seize(&child);
    child.go_on();
    let said = child.line();
    let expected = "or a debugger held it, when it was looked at";
    assert!(said.contains(expected), "{said}");
    assert!(said.starts_with("worker 0 has "), "{said}");
    let_go(&threads);
    assert!(child.has_ended_well());
}

fn threads_that_a_debugger_holds_are_not_accused() {
    let mut child = Child::start("yields");
    child.wait_until_ready();
    let threads = seize(&child);
    for thread in &threads {
        ptrace::interrupt(*thread).unwrap();
        waitpid(*thread, Some(WaitPidFlag::__WALL)).unwrap();
    }
    let start = Instant::now();
    while start.elapsed() < LIMIT * 20 {
        thread::sleep(Duration::from_millis(10));
    }
    let_go(&threads);
    child.go_on();
    child.wait_until_ready();
    child.go_on();
    assert_eq!(child.line(), "[]\n");
    assert!(child.has_ended_well());
}

/// Traces its workers without stopping them. Signals to the process go to its first thread, which is not traced.
fn seize(child: &Child) -> Vec<Pid> {
    let tasks = fs::read_dir(format!("/proc/{}/task", child.id())).unwrap();
    let name = |task: &fs::DirEntry| fs::read_to_string(task.path().join("comm")).unwrap();
    let workers = tasks
        .map(Result::unwrap)
        .filter(|task| name(task).starts_with("tokio"));
    let tids = workers.map(|task| task.file_name().to_str().unwrap().parse().unwrap());
    let threads: Vec<_> = tids.map(Pid::from_raw).collect();
    assert!(!threads.is_empty());
    for thread in &threads {
        ptrace::seize(*thread, ptrace::Options::empty()).unwrap();
    }
    threads
}

/// Threads may have ended by now. A running thread must be stopped before its tracer can detach.
fn let_go(threads: &[Pid]) {
    for thread in threads {
        if ptrace::detach(*thread, None).is_err() && ptrace::interrupt(*thread).is_ok() {
            waitpid(*thread, Some(WaitPidFlag::__WALL)).ok();
            ptrace::detach(*thread, None).ok();
        }
    }
}
