//! What the system notes about processes, and what it refuses them: names that are no text, limits below what is open, children nobody
//! waits for.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::Duration,
};

use fork::{Fork, fork};
use nix::unistd::{Uid, setresuid};
use offload_limits::ended;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, setsid};
use tokio_offload_remote::{Config, Failure, WorkerFault, Workers};

mod kit;

use kit::{Gate, again, exists, has_ended, one, remote, until, wait};

const LIMIT: u64 = 256 << 20;

/// The system keeps fifteen bytes of a name: seven of these and a half.
static NAMED: Workers = Config::new("ääääääääää")
    .processes(1)
    .memory_limit(LIMIT)
    .build();
static SPINS: Workers = Config::new("spins").processes(1).build();
static DEAD: Workers = Config::new("dead-children").processes(1).build();
static BARE: Workers = Config::new("no-descriptors")
    .processes(1)
    .grace(Duration::from_secs(600))
    .init(|| {
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        Ok(setrlimit(Resource::Nofile, none)?)
    })
    .build();

remote! {
    NAMED: fn copies_hold(bytes: usize) -> () {
        for _ in 0..3 {
            if let Fork::Child = fork().unwrap() {
                let held = vec![1_u8; bytes];
                loop {
                    std::hint::black_box(&held);
                    std::thread::park();
                }
            }
        }
        loop { std::thread::park() }
    }
    NAMED: fn leaves_a_copy(gate: String, name: Vec<u8>) -> () {
        if let Fork::Child = fork().unwrap() {
            setsid().unwrap();
            if !name.is_empty() {
                rustix::thread::set_name(&std::ffi::CString::new(name).unwrap()).unwrap();
            }
            wait(&gate);
            loop { std::thread::park() }
        }
        loop { std::thread::park() }
    }
    DEAD: fn leaves_dead(many: u32) -> u32 {
        for _ in 0..many { drop(Command::new("true").spawn().unwrap()) }
        std::process::id()
    }
    BARE: fn prints_and_spins() -> () {
        println!("pid {}", std::process::id());
        loop { std::hint::spin_loop() }
    }
    SPINS: fn spins(gate: String) -> () {
        std::fs::write(format!("{gate}/there"), std::process::id().to_string()).unwrap();
        loop { std::hint::spin_loop() }
    }
    SPINS: fn spins_pid() -> u32 { std::process::id() }
    BARE: fn bare_pid() -> u32 { std::process::id() }
}

/// Copies of a worker have its name.
#[tokio::test]
async fn memory_counts_whatever_the_name_of_its_process() {
    let end = copies_hold(120 << 20).await;
    assert!(
        matches!(&end, Err(Failure::Died(death)) if death.fault == Some(WorkerFault::Memory(LIMIT))),
        "{end:?}"
    );
}

#[tokio::test]
async fn whoever_is_left_behind_ends_whatever_its_name() {
    for name in [&b""[..], b"\xff", b") R 1 ("] {
        let gate = Gate::new();
        let call = tokio::spawn(leaves_a_copy(gate.path(), name.to_vec()));
        let left: u32 = gate.reached().await.parse().unwrap();
        assert!(!has_ended(left));
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
        until("it is gone", || has_ended(left));
    }
}

/// Those that the body started itself, without a thought for their ends.
#[tokio::test]
async fn dead_children_of_a_body_are_counted() {
    let first = leaves_dead(40).await.unwrap();
    let mut calls = 0;
    while leaves_dead(0).await.unwrap() == first {
        calls += 1;
        assert!(calls < 200, "it stays");
    }
    until("it is gone", || !exists(first));
}

/// A worker that may not even name the descriptors that it has hears of the end of its pool.
#[tokio::test]
async fn a_worker_that_may_have_no_descriptors_is_not_deaf() {
    let Some(mut command) = again("a_worker_that_may_have_no_descriptors_is_not_deaf") else {
        let pid = bare_pid().await.unwrap();
        assert_eq!(bare_pid().await.unwrap(), pid);
        prints_and_spins().await.unwrap();
        return;
    };
    let mut parent = command.stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(parent.stdout.take().unwrap()).lines();
    let mut pids = lines.filter_map(|line| line.unwrap().split_once("pid ")?.1.parse().ok());
    let worker: u32 = pids.next().unwrap();
    parent.kill().unwrap();
    ended(&mut parent);
    until("its worker ends", || has_ended(worker));
}

/// Where the gate of a test is, for its other part.
const GATE: &str = "OFFLOAD_TEST_GATE";

/// Waits for the end of the standard input, and not on a thread that has calls to poll.
async fn told_to_go_on() {
    let line = || std::io::stdin().read_line(&mut String::new());
    tokio::task::spawn_blocking(line).await.unwrap().unwrap();
}

/// A program that can open nothing more cannot see whom its worker has started: the worker can.
#[tokio::test]
async fn nobody_is_left_behind_by_a_program_without_descriptors() {
    let test = "nobody_is_left_behind_by_a_program_without_descriptors";
    let Some(mut command) = again(test) else {
        let call = tokio::spawn(leaves_a_copy(std::env::var(GATE).unwrap(), Vec::new()));
        told_to_go_on().await;
        let all = getrlimit(Resource::Nofile);
        let current = Some(0);
        setrlimit(Resource::Nofile, Rlimit { current, ..all }).unwrap();
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
        until("the worker is gone", || NAMED.pids().is_empty());
        setrlimit(Resource::Nofile, all).unwrap();
        return;
    };
    let gate = Gate::new();
    command.env(GATE, gate.path()).stdin(Stdio::piped());
    let mut program = command.spawn().unwrap();
    let left: u32 = gate.reached().await.parse().unwrap();
    drop(program.stdin.take());
    assert!(ended(&mut program).success());
    until("whom it left behind is gone", || has_ended(left));
}

/// A program that became another user may not kill the workers that it has: they end themselves.
#[tokio::test]
async fn a_worker_that_may_not_be_killed_ends() {
    let Some(mut command) = again("a_worker_that_may_not_be_killed_ends") else {
        spins_pid().await.unwrap();
        let call = tokio::spawn(spins(std::env::var(GATE).unwrap()));
        told_to_go_on().await;
        let nobody = Uid::from_raw(65534);
        setresuid(nobody, nobody, nobody).unwrap();
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
        until("its place is free", || SPINS.stats().running == 0);
        return;
    };
    if !rustix::process::geteuid().is_root() {
        println!("left out: it takes root to be another user");
        return;
    }
    let gate = Gate::new();
    command.env(GATE, gate.path()).stdin(Stdio::piped());
    let mut program = command.spawn().unwrap();
    let worker: u32 = gate.reached().await.parse().unwrap();
    drop(program.stdin.take());
    assert!(ended(&mut program).success());
    until("the worker is gone", || has_ended(worker));
}

/// Takes all of the memory that it may have but a megabyte, which is enough for all but a backtrace. It uses none of it.
fn reserve_all() -> Vec<Vec<u8>> {
    let left = Vec::<u8>::with_capacity(1 << 20);
    std::hint::black_box(&left);
    let (mut all, mut bytes) = (Vec::with_capacity(4096), 64 << 20);
    while bytes > 256 << 10 {
        let mut more = Vec::new();
        if more.try_reserve_exact(bytes).is_ok() {
            all.push(more);
        } else {
            bytes /= 2;
        }
    }
    drop(left);
    all
}

/// Std needs memory for a backtrace, and waits for itself where it gets none.
#[tokio::test]
async fn a_panic_without_memory_for_its_backtrace_is_told() {
    static SHORT: Workers = one("short-of-memory")
        .memory_limit(128 << 20)
        .env(&[("RUST_BACKTRACE", "1")])
        .build();
    remote! {
        SHORT: fn panics_at_its_limit() -> () {
            let all = reserve_all();
            panic!("{} parts were taken", all.len())
        }
        SHORT: fn short_pid() -> u32 { std::process::id() }
    }
    let before = short_pid().await.unwrap();
    for _ in 0..3 {
        let Err(Failure::Panicked { message, .. }) = panics_at_its_limit().await else {
            panic!("it did not panic");
        };
        assert!(message.ends_with("parts were taken"), "{message}");
    }
    assert_eq!(short_pid().await.unwrap(), before);
}
