//! Systems that give little, or take much: signals for a whole group, no descriptors, no processes, bodies that become daemons.

use std::{
    os::unix::process::CommandExt, process::Command, sync::atomic::Ordering, time::Duration,
};

use fork::{Fork, fork};
use offload_limits::succeeds;
use rustix::process::{
    Pid, Resource, Rlimit, Signal, geteuid, getrlimit, kill_process_group, setrlimit, setsid,
};
use tokio_offload_remote::{Config, Failure, Workers};

mod kit;

use kit::{
    Gate, Left, again, children, copy_program, exists, has_ended, is_ignored, remote, say, until,
    wait,
};

static GROUP: Workers = Config::new("group").processes(1).build();
static DAEMONS: Workers = Config::new("daemons").processes(1).build();
static CLOSED: Workers = Config::new("closed").processes(2).build();

/// Where the gate of a test is, for its other part.
const GATE: &str = "OFFLOAD_TEST_GATE";

remote! {
    GROUP: fn group_at(gate: String) -> u32 { wait(&gate); std::process::id() }
    DAEMONS: fn starts_a_daemon() -> (u32, u32) {
        let (mut from, to) = std::os::unix::net::UnixStream::pair().unwrap();
        if let Fork::Child = fork().unwrap() {
            setsid().unwrap();
            if let Fork::Child = fork().unwrap() {
                std::io::Write::write_all(&mut &to, &std::process::id().to_le_bytes()).unwrap();
                loop { std::thread::park() }
            }
            rustix::process::kill_process(rustix::process::getpid(), Signal::KILL).unwrap();
        }
        let mut pid = [0; 4];
        std::io::Read::read_exact(&mut from, &mut pid).unwrap();
        (std::process::id(), u32::from_le_bytes(pid))
    }
    DAEMONS: fn becomes_a_daemon(gate: String) -> () {
        // The first process ends, and the copy goes on in a session of its own.
        let (mut from, to) = std::os::unix::net::UnixStream::pair().unwrap();
        if let Fork::Parent(_) = fork().unwrap() {
            std::io::Read::read_exact(&mut from, &mut [0]).unwrap();
            std::process::exit(0)
        }
        setsid().unwrap();
        std::io::Write::write_all(&mut &to, &[1]).unwrap();
        say(&gate, &std::process::id().to_string());
        loop { std::thread::park() }
    }
    DAEMONS: fn daemons_pid() -> u32 { std::process::id() }
    CLOSED: fn speaks(word: String) -> String { println!("{word}"); eprintln!("{word}"); word }
}

/// Another part of a test, which leads a group.
fn leader(mut command: Command, gate: &Gate) -> (std::process::Child, Pid) {
    let child = command
        .env(GATE, gate.path())
        .process_group(0)
        .spawn()
        .unwrap();
    let group = Pid::from_child(&child);
    (child, group)
}

/// As Ctrl-C in a terminal, or a supervisor that ends a service.
#[tokio::test]
async fn a_signal_for_the_group_of_the_caller_leaves_nobody() {
    for signal in [Signal::INT, Signal::TERM, Signal::QUIT, Signal::HUP] {
        let test = "a_signal_for_the_group_of_the_caller_leaves_nobody";
        let Some(command) = again(test) else {
            let _ = group_at(std::env::var(GATE).unwrap()).await;
            return;
        };
        if is_ignored(signal) {
            println!("left out: {signal:?} is ignored here");
            continue;
        }
        let gate = Gate::new();
        let (mut caller, group) = leader(command, &gate);
        let worker: u32 = gate.reached().await.parse().unwrap();
        kill_process_group(group, signal).unwrap();
        let end = caller.wait().unwrap();
        let ended_by = std::os::unix::process::ExitStatusExt::signal(&end);
        assert_eq!(ended_by, Some(signal.as_raw()), "{end}");
        until("its worker ends", || has_ended(worker));
    }
}

/// What a program does about the signal is its own affair: its workers are not meant.
#[tokio::test]
async fn a_signal_for_the_group_of_the_caller_is_for_the_caller() {
    let test = "a_signal_for_the_group_of_the_caller_is_for_the_caller";
    let Some(command) = again(test) else {
        let gate = std::env::var(GATE).unwrap();
        let heard = [Signal::INT, Signal::TERM].map(|signal| {
            let heard = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
            signal_hook::flag::register(signal.as_raw(), heard.clone()).unwrap();
            heard
        });
        assert_eq!(group_at(gate.clone()).await.unwrap(), GROUP.pids()[0]);
        assert!(heard.iter().all(|heard| heard.load(Ordering::SeqCst)));
        let stats = GROUP.stats();
        assert_eq!((stats.done, stats.started), (1, 1));
        return;
    };
    let gate = Gate::new();
    let (caller, group) = leader(command, &gate);
    gate.reached().await;
    for signal in [Signal::INT, Signal::TERM] {
        kill_process_group(group, signal).unwrap();
    }
    gate.open().await;
    assert!(caller.wait_with_output().unwrap().status.success());
}

/// It has the sockets of its worker, in another session, and may outlive it: no call and no pool waits for it.
#[tokio::test]
async fn a_daemon_of_a_body_holds_up_nobody() {
    let (worker, daemon) = starts_a_daemon().await.unwrap();
    let _daemon = Killed(daemon);
    for _ in 0..3 {
        assert_eq!(daemons_pid().await.unwrap(), worker);
    }
    kit::signal(worker, Signal::KILL);
    until("the worker is gone", || !exists(worker));
    assert!(!has_ended(daemon), "nobody knew whose it was");
    assert_ne!(daemons_pid().await.unwrap(), worker);
    let gate = Gate::new();
    let call = tokio::spawn(becomes_a_daemon(gate.path()));
    let _second = Killed(gate.reached().await.parse().unwrap());
    let Err(Failure::Died(death)) = call.await.unwrap() else {
        panic!("it has an answer");
    };
    assert_eq!(death.code, Some(0), "{death}");
    let (worker, third) = starts_a_daemon().await.unwrap();
    assert_ne!(worker, death.pid);
    DAEMONS.close().await;
    until("the daemon of a worker that was sent away ends", || {
        has_ended(third)
    });
}

/// A process that is ended when its test has.
struct Killed(u32);

impl Drop for Killed {
    fn drop(&mut self) {
        kit::signal(self.0, Signal::KILL);
    }
}

/// Nothing of the library takes the places of the standard descriptors, to which the program goes on to write.
#[tokio::test]
async fn a_program_that_closed_its_standard_descriptors_has_workers() {
    let test = "a_program_that_closed_its_standard_descriptors_has_workers";
    let Some(mut command) = again(test) else {
        for fd in 0..3 {
            nix::unistd::close(fd).unwrap();
        }
        for word in ["one", "two", "three"] {
            println!("for nobody");
            eprintln!("for nobody");
            assert_eq!(speaks(word.to_owned()).await.unwrap(), word);
        }
        CLOSED.prewarm(2).await.unwrap();
        for fd in 0..3 {
            let link = std::fs::read_link(format!("/proc/self/fd/{fd}"));
            assert!(!link.is_ok_and(|link| link.to_string_lossy().contains("socket")));
        }
        assert_eq!(CLOSED.stats().started, 2);
        return;
    };
    succeeds(&mut command);
}

/// Nor of the one to which it prints, while the others are open.
#[tokio::test]
async fn a_program_that_closed_its_output_prints_into_nothing_of_ours() {
    let test = "a_program_that_closed_its_output_prints_into_nothing_of_ours";
    let Some(mut command) = again(test) else {
        nix::unistd::close(1).unwrap();
        for word in ["one", "two"] {
            assert_eq!(speaks(word.to_owned()).await.unwrap(), word);
            println!("for nobody");
            assert!(std::fs::read_link("/proc/self/fd/1").is_err());
        }
        return;
    };
    succeeds(&mut command);
}

/// Pools for one try each: after a start that failed, a pool pauses.
static SCARCE: [Workers; 64] = [const { Config::new("scarce").processes(1).build() }; 64];

/// Starts a worker with ever more of what there may be, from `least` on, until one starts. Each start ends, and the refused say why.
async fn until_there_is_room(resource: Resource, least: fn() -> u64, (code, first): (i32, &str)) {
    let before = getrlimit(resource);
    let least = least();
    let mut started = None;
    for (more, pool) in SCARCE.iter().enumerate() {
        let current = Some(least + more as u64);
        setrlimit(resource, Rlimit { current, ..before }).unwrap();
        let tried = pool.prewarm(1).await;
        // What looks from here on may need a descriptor itself.
        setrlimit(resource, before).unwrap();
        match tried {
            Ok(()) => {
                started = Some(more);
                break;
            }
            Err(Failure::Spawn(error)) => {
                assert!(is_refusal(&error, code), "{error}");
                assert!(more > 0 || error.to_string().contains(first), "{error}");
            }
            // The worker itself had too little.
            Err(Failure::Start(error)) if more > 0 => println!("{more} more: {error}"),
            Err(error) => panic!("{error:?}"),
        }
        let stats = pool.stats();
        assert_eq!(
            (stats.processes, stats.running, children().len()),
            (0, 0, 0)
        );
    }
    assert!(started.is_some_and(|more| more > 0), "{started:?}");
    // Its pause ends.
    while SCARCE[0].prewarm(1).await.is_err() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// An error has its number, or the text of it after what was to be started.
fn is_refusal(error: &std::io::Error, code: i32) -> bool {
    let text = std::io::Error::from_raw_os_error(code).to_string();
    error.to_string().ends_with(&text)
}

fn entries(folder: &str) -> u64 {
    std::fs::read_dir(folder).unwrap().count() as u64
}

#[tokio::test]
async fn a_program_without_descriptors_is_told_so() {
    const EMFILE: i32 = 24;
    let Some(mut command) = again("a_program_without_descriptors_is_told_so") else {
        let least = || entries("/proc/self/fd") - 1;
        return until_there_is_room(Resource::Nofile, least, (EMFILE, "")).await;
    };
    succeeds(&mut command);
}

/// Threads count as processes.
#[tokio::test]
async fn a_user_with_too_many_processes_is_told_so() {
    const EAGAIN: i32 = 11;
    /// Somebody who has no other processes, and for whom limits hold.
    const USER: u32 = 1_761_234;
    let Some(mut command) = again("a_user_with_too_many_processes_is_told_so") else {
        let least = || entries("/proc/self/task");
        return until_there_is_room(Resource::Nproc, least, (EAGAIN, "no thread ")).await;
    };
    if !geteuid().is_root() {
        println!("left out: it takes root to be another user");
        return;
    }
    let path = std::env::temp_dir().join(format!("offload-few-{}", std::process::id()));
    copy_program(&path);
    let copy = Left(path);
    let mut few = Command::new(&copy.0);
    few.args(command.get_args()).current_dir("/").uid(USER);
    for (name, value) in command.get_envs() {
        few.env(name, value.unwrap());
    }
    command = few;
    succeeds(&mut command);
}
