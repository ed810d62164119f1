//! What a body finds around it in its process, and what it does not.

use std::{
    io::{Read, Write},
    os::fd::AsRawFd,
    sync::Mutex,
};

use nix::sys::signal::SigSet;
use rustix::process::Signal;
use tokio_offload_remote::{
    Config, ENTRIES, Failure, Function, WorkerHooks, Workers, linkme, stop_requested,
};

use crate::kit::{Gate, again, remote, say, signal, submit, wait};

static AROUND: Workers = Config::new("around").processes(1).build();
static ENVIRONMENT: Workers = Config::new("environment")
    .processes(1)
    .env(&[("OFFLOAD_COLOUR", "green"), ("OFFLOAD_EMPTY", "")])
    .current_dir("/usr")
    .build();
static PLACE: Workers = Config::new("a-place-with-a-long-name").processes(1).build();
static CORES: Workers = Config::new("cores").processes(1).core_dumps().build();
static TOLD: Workers = Config::new("told")
    .processes(1)
    .soft_timeout(std::time::Duration::from_millis(20))
    .build();
static PRINTS: Workers = Config::new("prints").processes(1).build();
static BLOCKED: Workers = Config::new("blocked")
    .processes(1)
    .grace(std::time::Duration::from_secs(60))
    .build();
static LEAKS: Workers = Config::new("leaks").processes(2).build();

/// What stands around bodies of this binary: headers are noted, and how often a body was told to stop.
#[linkme::distributed_slice(ENTRIES)]
#[linkme(crate = tokio_offload_remote::linkme)]
static ENTRY: WorkerHooks = WorkerHooks { around, on_stop };

static HEADERS: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());
static STOPS: Mutex<u32> = Mutex::new(0);

fn around(function: &'static Function, headers: &[(String, String)], body: &mut dyn FnMut()) {
    *HEADERS.lock().unwrap() = headers.to_vec();
    *STOPS.lock().unwrap() = 0;
    if function.name() == "surroundings::skipped" {
        return;
    }
    body();
}

fn on_stop() {
    *STOPS.lock().unwrap() += 1;
}

remote! {
    ENVIRONMENT: fn environment() -> (String, String, String, bool) {
        let variable = |name| std::env::var(name).unwrap();
        let folder = std::env::current_dir().unwrap().display().to_string();
        (variable("OFFLOAD_COLOUR"), variable("OFFLOAD_EMPTY"), folder, std::env::var_os("PATH").is_some())
    }
    PLACE: fn place() -> (String, String, String, usize) {
        let read = |path| std::fs::read_to_string(path).unwrap();
        let mut input = String::new();
        let length = std::io::stdin().read_to_string(&mut input).unwrap();
        let thread = std::thread::current().name().unwrap().to_owned();
        (read("/proc/self/comm"), read("/proc/self/cmdline"), thread, length)
    }
    PLACE: fn limits() -> String { std::fs::read_to_string("/proc/self/limits").unwrap() }
    PLACE: fn group() -> (i32, i32) {
        let raw = |pid: rustix::process::Pid| pid.as_raw_nonzero().get();
        (raw(rustix::process::getpid()), raw(rustix::process::getpgrp()))
    }
    PLACE: fn place_at(gate: String) -> u32 { wait(&gate); std::process::id() }
    PLACE: fn starts_itself() -> String {
        // Standard input is a socket, as it was here: but nothing waits in it.
        let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
        drop(ours);
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.arg("--list").stdin(std::os::fd::OwnedFd::from(theirs));
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    }
    CORES: fn cores() -> String { std::fs::read_to_string("/proc/self/limits").unwrap() }
    TOLD: fn told(gate: String) -> u32 {
        say(&gate, "there");
        loop {
            let stops = *STOPS.lock().unwrap();
            if stops > 0 { return stops }
            std::thread::yield_now();
        }
    }
    PRINTS: fn prints(lines: u32) -> u32 {
        for line in 0..lines { eprintln!("{line:>99}") }
        println!("from the worker");
        std::io::stdout().flush().unwrap();
        lines
    }
    BLOCKED: fn blocked(gate: String) -> String {
        say(&gate, "there");
        while !stop_requested() { std::thread::yield_now() }
        let mut grep = std::process::Command::new("grep");
        let output = grep.args(["SigBlk", "/proc/self/status", "/proc/thread-self/status"]).output();
        let own = std::fs::read_to_string("/proc/thread-self/status").unwrap();
        let own = own.lines().find(|line| line.starts_with("SigBlk")).unwrap();
        format!("{own}\n{}", String::from_utf8(output.unwrap().stdout).unwrap())
    }
    LEAKS: fn descriptors() -> Vec<String> {
        let entries = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
        entries.filter_map(|entry| std::fs::read_link(entry.path()).ok()).map(|link| link.display().to_string()).collect()
    }
}

#[tokio::test]
async fn headers_travel_with_the_call() {
    use tokio_offload_remote::{FUNCTIONS, encode};
    #[linkme::distributed_slice(FUNCTIONS)]
    #[linkme(crate = tokio_offload_remote::linkme)]
    static SEEN: Function = Function::new(
        "surroundings::seen",
        || &AROUND,
        |input, output| {
            assert_eq!(input, b"arguments");
            output.encode(&*HEADERS.lock().unwrap())
        },
        |_| (),
    );
    #[linkme::distributed_slice(FUNCTIONS)]
    #[linkme(crate = tokio_offload_remote::linkme)]
    static SKIPPED: Function =
        Function::new("surroundings::skipped", || &AROUND, |_, _| Ok(()), |_| ());
    let trace = vec![
        (
            "traceparent".to_owned(),
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned(),
        ),
        (String::new(), "ü".to_owned()),
    ];
    for headers in [trace, Vec::new()] {
        let mut buffer = AROUND.take_buffer();
        buffer.extend_from_slice(b"arguments");
        let reply = AROUND
            .call(&SEEN, Ok(buffer), headers.clone())
            .await
            .unwrap();
        let mut expected = Vec::new();
        encode(&headers, &mut expected).unwrap();
        assert_eq!(reply.bytes(), expected);
    }
    // What runs around bodies may refuse to run one; that is no result.
    let end = AROUND
        .call(&SKIPPED, Ok(AROUND.take_buffer()), Vec::new())
        .await;
    assert!(matches!(end, Err(Failure::Panicked { .. })));
}

#[tokio::test]
async fn the_environment_is_as_configured() {
    let (colour, empty, folder, inherited) = environment().await.unwrap();
    assert_eq!(
        (colour.as_str(), empty.as_str(), folder.as_str()),
        ("green", "", "/usr")
    );
    assert!(inherited);
}

#[tokio::test]
async fn a_worker_can_be_told_from_other_processes() {
    let (name, command, thread, input) = place().await.unwrap();
    assert_eq!(name.trim_end(), "a-place-with-a-");
    assert!(
        command.contains(": worker of a-place-with-a-long-name"),
        "{command}"
    );
    assert_eq!(thread, "a-place-with-a-long-name");
    assert_eq!(input, 0);
    let (pid, group) = group().await.unwrap();
    assert_eq!(pid, group);
    let core = |limits: String| {
        let line = limits
            .lines()
            .find(|line| line.starts_with("Max core"))
            .unwrap()
            .to_owned();
        line.split_whitespace().nth(5).unwrap().to_owned()
    };
    assert_eq!(core(limits().await.unwrap()), "0");
    let own = core(std::fs::read_to_string("/proc/self/limits").unwrap());
    assert_eq!(core(cores().await.unwrap()), own);
}

#[tokio::test]
async fn what_a_worker_starts_is_no_worker() {
    let list = starts_itself().await.unwrap();
    assert!(
        list.contains("what_a_worker_starts_is_no_worker: test"),
        "{list}"
    );
}

#[tokio::test]
async fn an_interrupt_from_the_terminal_is_not_for_workers() {
    let gate = Gate::new();
    let mut call = place_at(gate.path());
    assert!(submit(&mut call).await.is_pending());
    let pid: u32 = gate.reached().await.parse().unwrap();
    signal(pid, Signal::INT);
    gate.open().await;
    assert_eq!(call.await.unwrap(), pid);
}

#[tokio::test]
async fn the_action_of_a_stop_runs_once() {
    let gate = Gate::new();
    let call = tokio::spawn(told(gate.path()));
    gate.reached().await;
    assert_eq!(call.await.unwrap().unwrap(), 1);
}

/// As a program does that waits for signals on a thread of its own, and blocks them everywhere else.
#[tokio::test]
async fn signals_that_the_caller_blocks_reach_workers_and_what_they_start() {
    let before = SigSet::all().thread_swap_mask(nix::sys::signal::SigmaskHow::SIG_SETMASK);
    let gate = Gate::new();
    let mut call = blocked(gate.path());
    assert!(submit(&mut call).await.is_pending());
    before.unwrap().thread_set_mask().unwrap();
    gate.reached().await;
    call.cancel();
    let masks = call.await.unwrap();
    for mask in masks.lines() {
        assert!(mask.ends_with("SigBlk:\t0000000000000000"), "{masks}");
    }
}

/// A flood on standard error, and words on standard output: they go where those of the parent go.
#[tokio::test]
async fn what_a_body_prints_goes_to_the_parents_output() {
    let test = "workers::surroundings::what_a_body_prints_goes_to_the_parents_output";
    let Some(mut command) = again(test) else {
        assert_eq!(prints(10_000).await.unwrap(), 10_000);
        assert_eq!(prints(1).await.unwrap(), 1);
        assert_eq!(PRINTS.stats().started, 1);
        return;
    };
    let output = offload_limits::output(&mut command);
    assert!(output.status.success());
    assert_eq!(output.stderr.len(), 10_001 * 100);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(printed.matches("from the worker").count(), 2);
}

#[tokio::test]
async fn workers_have_nothing_open_that_their_parent_had() {
    let folder = offload_limits::Folder::new("leak");
    let path = folder.join("file");
    let file = std::fs::File::create(&path).unwrap();
    // As a C library would open it: not closed by exec.
    let leak = rustix::io::dup(&file).unwrap();
    assert_ne!(leak.as_raw_fd(), file.as_raw_fd());
    LEAKS.prewarm(2).await.unwrap();
    for _ in 0..4 {
        let open = descriptors().await.unwrap();
        assert!(!open.contains(&path.display().to_string()), "{open:?}");
        assert_eq!(open[0], "/dev/null");
        // Calls, control, and the two ends of two pipes for signals; the folder that is being read.
        let sockets = open
            .iter()
            .filter(|link| link.starts_with("socket:"))
            .count();
        assert_eq!(sockets, 6, "{open:?}");
    }
}
