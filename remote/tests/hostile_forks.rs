//! A copy of a process that has workers: it may not touch them, and its parent goes on. In a program of its own, with one thread.

use std::{
    future::Future,
    io::Write,
    pin::Pin,
    task::{Context, Waker},
    time::{Duration, Instant},
};

use fork::{Fork, fork};
use offload_limits::{LIMIT, succeeds};
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, kill_process, waitpid};
use tokio::runtime::{Builder, Runtime};
use tokio_offload_remote::{Config, Failure, Workers};

mod kit;

use kit::{again, remote};

static BEFORE: Workers = Config::new("before-the-fork").processes(1).build();
static CLOSED: Workers = Config::new("of-the-closed")
    .processes(1)
    .timeout(Duration::from_secs(10))
    .build();
static OTHER: Workers = Config::new("other-of-the-fork").processes(1).build();

remote! {
    BEFORE: fn pid() -> u32 { std::process::id() }
    BEFORE: fn waits(millis: u64) -> u32 {
        std::thread::sleep(Duration::from_millis(millis));
        std::process::id()
    }
    CLOSED: fn prints() -> (u32, bool) {
        // More than any socket holds that nobody reads.
        let text = vec![b'.'; 1 << 20];
        let printed = std::io::stdout().write_all(&text).is_ok() && std::io::stderr().write_all(&text).is_ok();
        (std::process::id(), printed)
    }
    OTHER: fn other_pid() -> u32 { std::process::id() }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Runs `child` in a copy of this process, which says by its code whether all was well.
fn in_a_fork(child: impl FnOnce() -> bool) {
    match fork().unwrap() {
        Fork::Child => {
            let fine = std::panic::catch_unwind(std::panic::AssertUnwindSafe(child));
            std::process::exit(i32::from(!matches!(fine, Ok(true))));
        }
        Fork::Parent(pid) => {
            let pid = Pid::from_raw(pid).unwrap();
            assert_eq!(end_of(pid).exit_status(), Some(0));
        }
    }
}

/// How a copy ends: one that hangs is killed.
fn end_of(pid: Pid) -> WaitStatus {
    let begun = Instant::now();
    loop {
        if let Some((_, status)) = waitpid(Some(pid), WaitOptions::NOHANG).unwrap() {
            return status;
        }
        if begun.elapsed() > LIMIT / 2 {
            let _ = kill_process(pid, Signal::KILL);
            panic!("the copy hangs");
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn is_refused<T>(end: &Result<T, Failure>, owner: u32) -> bool {
    matches!(end, Err(Failure::Forked(process)) if *process == owner)
}

#[test]
fn a_fork_may_not_use_the_workers_of_its_parent() {
    let Some(mut command) = again("a_fork_may_not_use_the_workers_of_its_parent") else {
        let owner = std::process::id();
        let own = runtime();
        let worker = own.block_on(pid()).unwrap();
        // Running when the process is copied, and dropped in the copy as well.
        let mut running = Box::pin(waits(300));
        {
            let _guard = own.enter();
            let mut cx = Context::from_waker(Waker::noop());
            assert!(Pin::new(&mut running).poll(&mut cx).is_pending());
        }
        let mut running = Some(running);
        in_a_fork(|| {
            drop(running.take());
            let runtime = runtime();
            let refused = runtime.block_on(async {
                is_refused(&pid().await, owner)
                    && is_refused(&other_pid().await, owner)
                    && is_refused(&BEFORE.prewarm(1).await, owner)
            });
            BEFORE.shutdown();
            runtime.block_on(BEFORE.close());
            runtime.block_on(BEFORE.idle());
            refused && BEFORE.pids().is_empty() && BEFORE.stats().running == 0
        });
        assert_eq!(own.block_on(running.unwrap()).unwrap(), worker);
        assert_eq!(own.block_on(pid()).unwrap(), worker);
        assert_eq!((BEFORE.stats().died, BEFORE.stats().started), (0, 1));
        return;
    };
    succeeds(&mut command);
}

/// A program that forks before its first call, as daemons do, has workers afterwards.
#[test]
fn a_fork_before_the_first_call_has_workers() {
    let Some(mut command) = again("a_fork_before_the_first_call_has_workers") else {
        in_a_fork(|| runtime().block_on(pid()).is_ok());
        in_a_fork(|| runtime().block_on(pid()).is_ok());
        assert!(runtime().block_on(pid()).is_ok());
        return;
    };
    succeeds(&mut command);
}

/// What a body prints where nobody can read it goes nowhere, and not into a socket that has the number of standard output.
#[test]
fn a_program_without_output_has_workers_that_print() {
    let Some(mut command) = again("a_program_without_output_has_workers_that_print") else {
        in_a_fork(|| {
            let closed = [1, 2].map(nix::unistd::close);
            let all = runtime().block_on(async {
                let first = prints().await;
                [first, prints().await, prints().await]
            });
            let pid = CLOSED.pids()[0];
            closed.iter().all(Result::is_ok)
                && all
                    .iter()
                    .all(|end| matches!(end, Ok(said) if *said == (pid, true)))
        });
        return;
    };
    succeeds(&mut command);
}
