//! What the system notes about processes, and what it refuses them: names that are no text, limits below what is open, children nobody
//! waits for.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::Duration,
};

use fork::{Fork, fork};
use offload_limits::ended;
use rustix::process::{Resource, Rlimit, setrlimit, setsid};
use tokio_offload_remote::{Cause, Config, Failure, Workers};

mod kit;

use kit::{Gate, again, exists, has_ended, remote, until, wait};

const LIMIT: u64 = 256 << 20;

/// The system keeps fifteen bytes of a name: seven of these and a half.
static NAMED: Workers = Config::new("ääääääääää")
    .processes(1)
    .memory_limit(LIMIT)
    .build();
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
    BARE: fn bare_pid() -> u32 { std::process::id() }
}

/// Copies of a worker have its name.
#[tokio::test]
async fn memory_counts_whatever_the_name_of_its_process() {
    let end = copies_hold(120 << 20).await;
    assert!(
        matches!(&end, Err(Failure::Died(death)) if death.cause == Some(Cause::Memory(LIMIT))),
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
