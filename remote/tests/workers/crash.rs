//! Workers that die, and what that means for the call they ran and for all others.

use rustix::process::Signal;
use serde_bytes::ByteBuf;
use tokio_offload_remote::{Config, Failure, WorkerExit, WorkerFault, Workers};

use crate::kit::{Gate, exists, has_ended, remote, signal, stop, submit, until, wait};

static CRASH: Workers = Config::new("crash").processes(1).build();
static SIBLINGS: Workers = Config::new("siblings").processes(2).build();
static BIG: Workers = Config::new("big").processes(1).build();
static IDLE: Workers = Config::new("idle-exit").processes(1).build();
static UNREAD: Workers = Config::new("unread").processes(1).build();
static ONCE: Workers = Config::new("once").processes(1).build();
static RETRY: Workers = Config::new("retry").processes(1).retries(2).build();
static PANIC: Workers = Config::new("panic").processes(1).retries(5).build();
static CLOSED: Workers = Config::new("closed").processes(1).build();

/// One byte more for the crash of a stack.
#[inline(never)]
fn deeper(depth: u64) -> u64 {
    let room = std::hint::black_box([depth; 64]);
    if depth == u64::MAX {
        return 0;
    }
    deeper(std::hint::black_box(depth + 1)) + room[0]
}

struct DropBomb;

impl Drop for DropBomb {
    fn drop(&mut self) {
        panic!("while it is dropped");
    }
}

remote! {
    CRASH: fn die(how: String) -> u64 {
        let own = |signal| crate::kit::signal(std::process::id(), signal);
        match how.as_str() {
            "abort" => std::process::abort(),
            "segfault" => own(Signal::SEGV),
            "kill" => own(Signal::KILL),
            "exit" => std::process::exit(3),
            "exit 0" => std::process::exit(0),
            "overflow" => return deeper(0),
            _ => {}
        }
        loop { std::thread::park() }
    }
    CRASH: fn pid() -> u32 { std::process::id() }
    SIBLINGS: fn sibling(gate: String) -> u32 { wait(&gate); std::process::id() }
    SIBLINGS: fn sibling_dies() -> () { std::process::abort() }
    SIBLINGS: fn sibling_pid() -> u32 { std::process::id() }
    BIG: fn big(length: usize) -> ByteBuf { ByteBuf::from(vec![1; length]) }
    BIG: fn big_dies(data: ByteBuf) -> () { drop(data); std::process::abort() }
    BIG: fn big_pid() -> u32 { std::process::id() }
    IDLE: fn idle_pid() -> u32 { std::process::id() }
    UNREAD: fn unread_pid(data: ByteBuf) -> (u32, usize) { (std::process::id(), data.len()) }
    ONCE: fn once(file: String) -> () {
        use std::io::Write;
        std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap().write_all(b"x").unwrap();
        std::process::abort()
    }
    RETRY: fn retry(file: String, deaths: u64) -> u64 {
        use std::io::Write;
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
        file.write_all(b"x").unwrap();
        let runs = file.metadata().unwrap().len();
        if runs <= deaths { std::process::abort() }
        runs
    }
    PANIC: fn panics(how: u32) -> u32 {
        match how {
            0 => panic!("a word"),
            1 => panic!("number {how}"),
            2 => std::panic::panic_any(7_u8),
            3 => std::panic::resume_unwind(Box::new("quietly".to_owned())),
            4 => std::panic::panic_any(DropBomb),
            _ => std::process::id(),
        }
    }
    CLOSED: fn closes_all() -> () {
        for fd in 3..100 { let _ = nix::unistd::close(fd); }
        loop { std::thread::park() }
    }
    CLOSED: fn closed_pid() -> u32 { std::process::id() }
}

fn exit_of<T: std::fmt::Debug>(result: Result<T, Failure>) -> WorkerExit {
    match result {
        Err(Failure::Died(exit)) => exit,
        other => panic!("not a exit: {other:?}"),
    }
}

#[tokio::test]
async fn every_way_to_die_is_told_apart() {
    let ways = [
        ("abort", Some(6), None),
        ("segfault", Some(11), None),
        // More than once: its socket may end before its monitor sees more.
        ("kill", Some(9), None),
        ("kill", Some(9), None),
        ("kill", Some(9), None),
        ("exit", None, Some(3)),
        ("exit 0", None, Some(0)),
    ];
    let mut last = pid().await.unwrap();
    for (how, signal, code) in ways {
        let exit = exit_of(die(how.into()).await);
        assert_eq!((exit.signal, exit.code), (signal, code), "{how}");
        assert_eq!(exit.fault, None, "{how}");
        assert_eq!(exit.pid, last, "{how}");
        assert!(exit.function.ends_with("crash::die"), "{exit}");
        assert!(!exists(last), "{how}");
        last = pid().await.unwrap();
        assert_ne!(last, exit.pid);
    }
    // Before `main`, nobody has set up the message that comes with an abort: either signal is an overflow.
    let exit = exit_of(die("overflow".into()).await);
    assert!(matches!(exit.signal, Some(6 | 11)), "{exit}");
    assert_eq!(CRASH.stats().retried, 0);
}

#[tokio::test]
async fn a_death_is_one_calls_affair() {
    let gate = Gate::new();
    let running = tokio::spawn(sibling(gate.path()));
    let pid = gate.reached().await;
    let dying = tokio::spawn(sibling_dies());
    let queued: Vec<_> = (0..10).map(|_| tokio::spawn(sibling_pid())).collect();
    exit_of(dying.await.unwrap());
    for call in queued {
        assert_ne!(call.await.unwrap().unwrap().to_string(), pid);
    }
    gate.open().await;
    assert_eq!(running.await.unwrap().unwrap().to_string(), pid);
    until("the pool is full again", || SIBLINGS.pids().len() == 2);
}

#[tokio::test]
async fn a_death_in_the_middle_of_a_message_ends_the_call() {
    // Stopped before it reads, killed with most of the request unsent: forgiven once, since nothing ran.
    let pid = big_pid().await.unwrap();
    stop(pid);
    let mut call = big_dies(ByteBuf::from(vec![7; 32 << 20]));
    assert!(submit(&mut call).await.is_pending());
    assert!(!call.is_running());
    signal(pid, Signal::KILL);
    assert_eq!(exit_of(call.await).signal, Some(6));
    assert_eq!(BIG.stats().retried, 1);
    // Killed with half of its reply sent.
    let mut call = big(64 << 20);
    assert!(submit(&mut call).await.is_pending());
    signal(until_sending(), Signal::KILL);
    assert_eq!(exit_of(call.await).signal, Some(9));
    assert_eq!(big(3).await.unwrap(), [1; 3]);
    // Asked to go there, it goes once the reply is out.
    let mut call = big(64 << 20);
    assert!(submit(&mut call).await.is_pending());
    let pid = until_sending();
    signal(pid, Signal::TERM);
    assert_eq!(call.await.unwrap().len(), 64 << 20);
    until("it has gone", || !exists(pid));
}

/// Waits until the worker sends a reply.
fn until_sending() -> u32 {
    let mut sender = None;
    until("a reply has begun", || {
        sender = BIG.pids().into_iter().find(|pid| {
            let state = std::fs::read_to_string(format!("/proc/{pid}/wchan")).unwrap_or_default();
            state.contains("sock") || is_sending(*pid)
        });
        sender.is_some()
    });
    sender.unwrap()
}

/// Whether a thread of this process sleeps in `sendto`.
fn is_sending(pid: u32) -> bool {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let mut calls =
        tasks.map(|task| std::fs::read_to_string(task.path().join("syscall")).unwrap_or_default());
    calls.any(|call| call.starts_with("44 ") || call.starts_with("206 "))
}

#[tokio::test]
async fn a_worker_that_died_while_idle_fails_no_call() {
    let mut last = idle_pid().await.unwrap();
    for _ in 0..20 {
        signal(last, Signal::KILL);
        until("it is dead", || has_ended(last));
        // Whether the pool has noticed or not.
        let next = idle_pid().await.unwrap();
        assert_ne!(last, next);
        last = next;
    }
    assert_eq!(IDLE.stats().died, 0);
}

#[tokio::test]
async fn a_call_that_no_worker_has_read_is_given_to_another_one_once() {
    for length in [0, 1000, 10 << 20] {
        let (first, _) = unread_pid(ByteBuf::new()).await.unwrap();
        let before = UNREAD.stats().retried;
        stop(first);
        let mut call = unread_pid(ByteBuf::from(vec![1; length]));
        assert!(submit(&mut call).await.is_pending());
        signal(first, Signal::KILL);
        let (second, arrived) = call.await.unwrap();
        assert_ne!(first, second);
        assert_eq!(arrived, length);
        assert_eq!(UNREAD.stats().retried, before + 1);
    }
    // The second exit is the call's own.
    let (mut last, _) = unread_pid(ByteBuf::new()).await.unwrap();
    stop(last);
    let mut call = unread_pid(ByteBuf::from(vec![1; 10 << 20]));
    for end in [false, true] {
        assert!(submit(&mut call).await.is_pending());
        signal(last, Signal::KILL);
        if end {
            break;
        }
        until("another worker has it", || {
            UNREAD.pids().iter().any(|pid| *pid != last)
        });
        last = UNREAD.pids()[0];
        stop(last);
    }
    assert_eq!(exit_of(call.await).signal, Some(9));
}

#[tokio::test]
async fn nothing_else_runs_twice_unless_declared() {
    let gate = Gate::new();
    let file = format!("{}/runs", gate.path());
    let exit = exit_of(once(file.clone()).await);
    assert_eq!((exit.signal, exit.attempts), (Some(6), 1));
    assert_eq!(std::fs::read(file).unwrap(), b"x");
    assert_eq!(ONCE.stats().retried, 0);
    // There is another worker before anybody asks for one.
    until("the worker is replaced", || ONCE.pids().len() == 1);
}

#[tokio::test]
async fn declared_retries_end_with_a_call_that_kills_every_worker() {
    let gate = Gate::new();
    let file = |name: &str| format!("{}/{name}", gate.path());
    assert_eq!(retry(file("two"), 2).await.unwrap(), 3);
    let exit = exit_of(retry(file("three"), 3).await);
    assert_eq!(exit.attempts, 3);
    assert_eq!(std::fs::read(file("three")).unwrap(), b"xxx");
    let text = exit.to_string();
    assert!(
        text.contains("crash::retry") && text.contains("of 3"),
        "{text}"
    );
    assert_eq!(RETRY.stats().retried, 4);
}

#[tokio::test]
async fn a_panic_is_told_with_its_place_and_the_worker_goes_on() {
    let pid = panics(9).await.unwrap();
    let ended = |result: Result<u32, Failure>| match result {
        Err(Failure::Panicked { message, location }) => (message, location),
        other => panic!("no panic: {other:?}"),
    };
    let (message, location) = ended(panics(0).await);
    assert_eq!(message, "a word");
    assert!(location.unwrap().contains("crash.rs:"));
    assert_eq!(ended(panics(1).await).0, "number 1");
    let (message, location) = ended(panics(2).await);
    assert!(
        message.contains("no text") && location.is_some(),
        "{message}"
    );
    assert_eq!(ended(panics(3).await), ("quietly".to_owned(), None));
    assert!(ended(panics(4).await).0.contains("no text"));
    // Panics are no deaths: not retried, and the same process.
    assert_eq!(panics(9).await.unwrap(), pid);
    assert_eq!((PANIC.stats().panicked, PANIC.stats().retried), (5, 0));
}

#[tokio::test]
async fn a_body_that_closes_the_socket_is_ended() {
    let exit = exit_of(closes_all().await);
    assert_eq!(
        (exit.signal, exit.fault),
        (Some(9), Some(WorkerFault::Closed))
    );
    assert!(exit.to_string().contains("closed its connection"), "{exit}");
    closed_pid().await.unwrap();
}
