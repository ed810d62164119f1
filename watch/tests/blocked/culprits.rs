//! Code that blocks is reported once, with its function and line. Each culprit blocks until its report has arrived.

use std::{
    fs::File,
    io::{Read, Write},
    os::unix::net::UnixStream,
    process::Command,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc,
    },
    thread,
};

use offload_limits::Folder;
use tokio_offload_watch::{Blocked, How};

use super::support::{LIMIT, LONG, alone, is_quiet, reports, single, wait_for, workers};

/// Runs a culprit on a worker, ends it when it has been reported, and returns the only report.
#[track_caller]
fn told(blocks: impl FnOnce() + Send + 'static, end: impl FnOnce()) -> Blocked {
    let _alone = alone();
    let runtime = workers(2);
    let told = reports(&runtime);
    let task = runtime.spawn(async move { blocks() });
    let report = wait_for(&told);
    end();
    runtime.block_on(task).unwrap();
    assert!(is_quiet(&told));
    report
}

#[track_caller]
fn assert_named(report: &Blocked, function: &str, calls: &str, syscall: &str) {
    let here = report
        .file
        .as_deref()
        .is_some_and(|file| file.ends_with("tests/blocked/culprits.rs"));
    let name = report.function.as_deref().unwrap_or_default();
    let callee = report.calls.as_deref().unwrap_or_default();
    let all = here && report.line.is_some() && name.ends_with(function) && callee.contains(calls);
    assert!(all, "{report:#?}");
    let How::Waiting { syscall: seen } = report.how else {
        panic!("{report:#?}")
    };
    assert!(seen.contains(syscall), "{report:#?}");
}

#[inline(never)]
fn receive(told: &mpsc::Receiver<()>) {
    let _ended = told.recv();
}

#[test]
fn a_channel() {
    let (end, ended) = mpsc::channel();
    let report = told(move || receive(&ended), || drop(end));
    assert_named(&report, "culprits::receive", "recv", "futex");
    assert!(report.one_poll, "{report:#?}");
}

#[test]
fn a_sleep() {
    // A sleep cannot be ended early.
    let end = Arc::new(AtomicBool::new(false));
    let its = Arc::clone(&end);
    let sleeps = move || {
        while !its.load(Relaxed) {
            thread::sleep(LIMIT * 20);
        }
    };
    let report = told(sleeps, || end.store(true, Relaxed));
    assert_named(&report, "a_sleep", "sleep", "nanosleep");
}

#[test]
fn a_lock() {
    let lock = Arc::new(Mutex::new(()));
    let held = lock.lock().unwrap();
    let its = Arc::clone(&lock);
    let report = told(move || drop(its.lock()), || drop(held));
    assert_named(&report, "a_lock", "lock", "futex");
}

#[test]
fn a_condition() {
    let pair = Arc::new((Mutex::new(false), Condvar::new()));
    let its = Arc::clone(&pair);
    let wait = move || {
        let (lock, condition) = &*its;
        drop(
            condition
                .wait_while(lock.lock().unwrap(), |done| !*done)
                .unwrap(),
        );
    };
    let report = told(wait, || {
        *pair.0.lock().unwrap() = true;
        pair.1.notify_all();
    });
    assert_named(&report, "a_condition", "wait", "futex");
}

#[test]
fn a_socket_that_is_read() {
    let (mut ours, its) = UnixStream::pair().unwrap();
    let report = told(
        move || (&its).read_exact(&mut [0]).unwrap(),
        move || ours.write_all(&[1]).unwrap(),
    );
    assert_named(&report, "a_socket_that_is_read", "read", "re");
}

#[test]
fn a_socket_that_is_full() {
    let (mut ours, mut its) = UnixStream::pair().unwrap();
    let report = told(
        move || its.write_all(&vec![0; 1 << 22]).unwrap(),
        move || ours.read_exact(&mut vec![0; 1 << 22]).unwrap(),
    );
    assert_named(&report, "a_socket_that_is_full", "write", "");
}

#[test]
fn a_program_that_is_waited_for() {
    let (ours, its) = UnixStream::pair().unwrap();
    let report = told(
        move || {
            let input = std::os::fd::OwnedFd::from(its);
            Command::new("cat").stdin(input).output().unwrap();
        },
        move || drop(ours),
    );
    assert_named(&report, "a_program_that_is_waited_for", "", "");
}

#[test]
fn a_thread_that_is_joined() {
    let (end, ended) = mpsc::channel::<()>();
    let thread = thread::spawn(move || {
        _ = ended.recv_timeout(LONG);
    });
    let report = told(move || thread.join().unwrap(), || drop(end));
    assert_named(&report, "a_thread_that_is_joined", "join", "futex");
}

#[test]
fn a_pipe_without_another_end() {
    let folder = Folder::new("watch");
    let pipe = folder.join("pipe");
    offload_limits::succeeds(Command::new("mkfifo").arg(&pipe));
    let its = pipe.clone();
    let report = told(
        move || drop(std::fs::read(its).unwrap()),
        || drop(File::create(&pipe).unwrap()),
    );
    assert_named(&report, "a_pipe_without_another_end", "read", "openat");
}

#[test]
fn a_runtime_of_one_thread() {
    let _alone = alone();
    let runtime = single();
    let told = reports(&runtime);
    let (end, ended) = mpsc::channel();
    let watcher = thread::spawn(move || {
        let report = wait_for(&told);
        drop(end);
        (report, told)
    });
    runtime.block_on(async { receive(&ended) });
    let (report, told) = watcher.join().unwrap();
    assert_named(&report, "culprits::receive", "recv", "futex");
    assert_eq!(report.worker, Some(0));
    assert!(is_quiet(&told));
}

#[test]
fn the_future_inside_block_on() {
    let _alone = alone();
    let runtime = workers(2);
    let told = reports(&runtime);
    let (end, ended) = mpsc::channel();
    let watcher = thread::spawn(move || {
        let report = wait_for(&told);
        drop(end);
        report
    });
    runtime.block_on(async { receive(&ended) });
    let report = watcher.join().unwrap();
    assert_named(&report, "culprits::receive", "recv", "futex");
    assert_eq!(report.worker, None);
}
