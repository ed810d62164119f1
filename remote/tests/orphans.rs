//! Nothing is left behind: no process, no zombie, no descriptor, whatever ends first.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use offload_limits::{ended, succeeds};
use rustix::process::{Signal, geteuid};
use tokio_offload_remote::{Config, Workers};

mod kit;

use kit::{Gate, again, children, exists, has_ended, remote, signal, until};

static ORPHANS: Workers = Config::new("orphans")
    .processes(3)
    .grace(std::time::Duration::from_secs(600))
    .build();
static TIDY: Workers = Config::new("tidy").processes(3).build();

remote! {
    ORPHANS: fn spins() -> () {
        let mut child = std::process::Command::new("sleep").arg("1000").spawn().unwrap();
        println!("pid {} {}", std::process::id(), child.id());
        loop { let _ = child.try_wait(); }
    }
    ORPHANS: fn idles() -> () { println!("pid {}", std::process::id()) }
    TIDY: fn tidy(number: u32) -> u32 {
        match number % 8 {
            3 => std::process::abort(),
            5 => std::process::exit(1),
            _ => number,
        }
    }
    TIDY: fn tidy_spins() -> () { loop { std::hint::spin_loop() } }
    TIDY: fn starts_one(gate: String) -> () {
        let script = format!("echo $$ > {gate}/there; exec sleep 1000");
        let mut child = Command::new("setsid").args(["sh", "-c", &script]).spawn().unwrap();
        loop { std::thread::park() }
        child.wait().unwrap();
    }
}

/// How a parent ends once it has read a line.
const END: &str = "OFFLOAD_END";

/// A parent that is killed: its workers go, the idle one and the busy one, and what they started. Those that are stopped, too.
#[tokio::test]
async fn no_worker_outlives_its_pool() {
    if again("no_worker_outlives_its_pool").is_none() {
        idles().await.unwrap();
        let _running = tokio::spawn(spins());
        let line = || std::io::stdin().read_line(&mut String::new());
        tokio::task::spawn_blocking(line).await.unwrap().unwrap();
        match &*std::env::var(END).unwrap() {
            "exits" => std::process::exit(0),
            "aborts" => std::process::abort(),
            "panics" => panic!("with a body that runs"),
            end => assert_eq!(end, "returns"),
        }
        return;
    }
    for stopped in [false, true] {
        let (mut parent, pids) = parent_of_three("killed");
        assert!(pids.iter().all(|pid| exists(*pid)));
        for pid in pids.iter().filter(|_| stopped) {
            signal(*pid, Signal::STOP);
        }
        signal(parent.id(), Signal::KILL);
        ended(&mut parent);
        for pid in pids {
            until("an orphan is gone", || has_ended(pid));
        }
    }
}

/// A parent that ends by itself, with a body running: it exits anywhere, returns from `main`, panics or aborts.
#[test]
fn no_worker_outlives_a_parent_that_ends_by_itself() {
    for (end, code) in [
        ("exits", Some(0)),
        ("returns", Some(0)),
        ("panics", Some(101)),
        ("aborts", None),
    ] {
        let (mut parent, pids) = parent_of_three(end);
        assert!(pids.iter().all(|pid| exists(*pid)), "{end}");
        drop(parent.stdin.take());
        assert_eq!(ended(&mut parent).code(), code, "{end}");
        for pid in pids {
            until("an orphan is gone", || has_ended(pid));
        }
    }
}

/// A process with an idle worker, and a busy one that has started a process.
fn parent_of_three(end: &str) -> (Child, Vec<u32>) {
    let mut command = again("no_worker_outlives_its_pool").unwrap();
    command.env(END, end).stdin(Stdio::piped());
    let mut parent = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(parent.stdout.take().unwrap());
    let mut pids: Vec<u32> = Vec::new();
    while pids.len() < 3 {
        let mut line = String::new();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "it has ended");
        if let Some((_, numbers)) = line.trim_end().split_once("pid ") {
            pids.extend(numbers.split(' ').map(|pid| pid.parse::<u32>().unwrap()));
        }
    }
    // It prints once more when it ends.
    parent.stdout = Some(output.into_inner());
    (parent, pids)
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// In a program of its own, where nobody else starts processes or opens files.
#[tokio::test]
async fn a_pool_that_ended_leaves_nothing() {
    let Some(mut command) = again("a_pool_that_ended_leaves_nothing") else {
        let _ = tidy(0).await;
        let before = descriptors();
        for round in 0..60 {
            let _ = tidy(round).await;
            let running = tokio::spawn(tidy_spins());
            tokio::task::yield_now().await;
            running.abort();
            let _ = running.await;
        }
        TIDY.close().await;
        // What the first worker had, and its registration, is gone too.
        assert!(descriptors() < before, "{} and {before}", descriptors());
        assert_eq!(children(), [""; 0]);
        let threads = || std::fs::read_dir("/proc/self/task").unwrap().flatten();
        let name = |task: std::fs::DirEntry| {
            std::fs::read_to_string(task.path().join("comm")).unwrap_or_default()
        };
        until("the monitors are gone", || {
            !threads().map(name).any(|name| name.starts_with("tidy-"))
        });
        return;
    };
    succeeds(&mut command);
}

/// As in a container without `--init`: who has lost its parent goes to the program, and nobody else waits for it.
#[tokio::test]
async fn who_was_killed_is_no_zombie_of_the_first_process() {
    let Some(command) = again("who_was_killed_is_no_zombie_of_the_first_process") else {
        assert_eq!(std::process::id(), 1);
        let gate = Gate::new();
        let call = tokio::spawn(starts_one(gate.path()));
        let started: u32 = gate.reached().await.trim().parse().unwrap();
        // A child of the program, which alone may wait for it.
        let mut own = Command::new("true").spawn().unwrap();
        until("it has ended", || has_ended(own.id()));
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
        until("nobody waits for it", || !exists(started));
        assert!(own.wait().unwrap().success());
        return;
    };
    if !geteuid().is_root() {
        println!("left out: it takes root to have a namespace");
        return;
    }
    let mut inside = Command::new("unshare");
    inside
        .args(["--pid", "--fork", "--mount-proc"])
        .arg(command.get_program())
        .args(command.get_args());
    succeeds(inside.env("OFFLOAD_OTHER_PART", "1"));
}
