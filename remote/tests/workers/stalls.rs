//! Sockets that say nothing: workers that stop in the middle of a message, where a time limit holds too, and one whose socket
//! is open when it is dead.

use std::{
    os::{fd::OwnedFd, unix::process::CommandExt},
    process::Command,
    task::Poll,
    time::{Duration, Instant},
};

use rustix::process::{PidfdFlags, PidfdGetfdFlags, Signal, getpid, pidfd_getfd, pidfd_open};
use serde_bytes::ByteBuf;
use tokio_offload_remote::{Config, Failure, Workers};

use crate::kit::{
    Gate,
    bodies::{PROTOCOL, own_socket},
    exists, has_ended, remote, say, signal, stop, submit, until,
};

/// Ten megabytes cross within it, also on a machine with much else to do.
const LIMIT: Duration = Duration::from_secs(5);

/// Shorter than the time that a worker may take to read a request.
const SHORT: Duration = Duration::from_secs(3);

/// A body that never ends need not have more.
const BRIEF: Duration = Duration::from_secs(1);

static READS: Workers = Config::new("reads").processes(1).timeout(LIMIT).build();
static DRIPS: Workers = Config::new("drips").processes(1).timeout(BRIEF).build();
static SENDS: Workers = Config::new("sends").processes(1).timeout(BRIEF).build();
static LATE: Workers = Config::new("late-to-read")
    .processes(1)
    .timeout(SHORT)
    .build();
static LEFT: Workers = Config::new("left-unread")
    .processes(1)
    .detach_on_drop()
    .build();
static HELD: Workers = Config::new("held").processes(1).detach_on_drop().build();

/// Starts processes that hold the sockets of this one, each in a group of its own. Returns their numbers.
fn hold_sockets() -> String {
    let own = pidfd_open(getpid(), PidfdFlags::empty()).unwrap();
    let is_socket = |fd: &i32| {
        let target = std::fs::read_link(format!("/proc/self/fd/{fd}"));
        target.is_ok_and(|target| target.to_string_lossy().starts_with("socket:"))
    };
    let holders = (3..100).filter(is_socket).map(|fd| {
        let socket = pidfd_getfd(&own, fd, PidfdGetfdFlags::empty()).unwrap();
        let mut command = Command::new("sleep");
        command.arg("60").stdin(socket).process_group(0);
        command.spawn().unwrap().id().to_string()
    });
    holders.collect::<Vec<_>>().join(" ")
}

/// Sends the head of a long reply to the first call of a worker.
fn begin_reply() -> OwnedFd {
    let socket = own_socket();
    let mut head = [0; 24];
    (head[2], head[4], head[6], head[7], head[8]) = (0x10, 5, PROTOCOL[0], PROTOCOL[1], 1);
    rustix::io::write(&socket, &head).unwrap();
    socket
}

/// Sends the rest in single bytes, for longer than any test may take.
fn drip() {
    let socket = begin_reply();
    while rustix::io::write(&socket, &[1]).is_ok() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Sends nothing more. It is not stopped by a signal, since the pool would end it for that, perhaps before its time is over.
fn send_no_more() {
    let _socket = begin_reply();
    loop {
        std::thread::park();
    }
}

remote! {
    DRIPS: fn drips() -> () { drip() }
    DRIPS: fn drips_pid() -> u32 { std::process::id() }
    HELD: fn held(gate: String) -> () {
        say(&gate, &format!("{} {}", std::process::id(), hold_sockets()));
        std::fs::read(format!("{gate}/go")).unwrap();
        std::process::abort()
    }
    HELD: fn held_pid() -> u32 { std::process::id() }
    LATE: fn reads_late(data: ByteBuf, time: Duration) -> usize { std::thread::sleep(time); data.len() }
    LEFT: fn left(data: ByteBuf) -> usize { data.len() }
    READS: fn reads(data: ByteBuf) -> usize { data.len() }
    READS: fn leaves_a_voice(gate: String) -> u32 {
        let speaks = format!("read word < {gate}/go; printf x >&0; echo said > {gate}/there");
        Command::new("sh").args(["-c", &speaks]).stdin(own_socket()).spawn().unwrap().id()
    }
    SENDS: fn begins_to_send() -> () { send_no_more() }
    SENDS: fn sends() -> u32 { std::process::id() }
}

/// Nor does it help it that somebody speaks meanwhile: no reply comes before its request is sent.
#[tokio::test]
async fn a_worker_that_does_not_read_on_is_ended() {
    for speaks in [false, true] {
        let gate = Gate::new();
        let voice = leaves_a_voice(gate.path()).await.unwrap();
        let pid = READS.pids()[0];
        stop(pid);
        let mut call = reads(ByteBuf::from(vec![1; 10 << 20]));
        assert!(submit(&mut call).await.is_pending());
        if speaks {
            gate.open().await;
            gate.reached().await;
        }
        let end = call.await;
        let Err(end @ Failure::TimedOut(LIMIT)) = end else {
            panic!("{end:?}");
        };
        let text = end.to_string();
        assert!(!text.contains("ran"), "{text}");
        until("it is gone, and whom it left behind", || {
            !exists(pid) && has_ended(voice)
        });
    }
    assert_eq!(
        reads(ByteBuf::from(vec![1; 10 << 20])).await.unwrap(),
        10 << 20
    );
}

/// The time limit is one for the body: it counts from when the request is sent.
#[tokio::test]
async fn a_worker_that_reads_late_has_its_whole_time() {
    LATE.prewarm(1).await.unwrap();
    let pid = LATE.pids()[0];
    stop(pid);
    let begun = Instant::now();
    let mut call = reads_late(ByteBuf::from(vec![1; 1 << 20]), SHORT * 2 / 3);
    assert!(submit(&mut call).await.is_pending());
    assert!(!call.is_running());
    until("the limit is over", || begun.elapsed() > SHORT * 11 / 10);
    signal(pid, Signal::CONT);
    assert_eq!(call.await.unwrap(), 1 << 20);
    assert_eq!(LATE.pids(), [pid]);
}

/// Only a body that runs goes on without its caller.
#[tokio::test]
async fn a_request_that_is_left_unread_goes_with_its_caller() {
    LEFT.prewarm(1).await.unwrap();
    let pid = LEFT.pids()[0];
    stop(pid);
    let mut call = left(ByteBuf::from(vec![1; 10 << 20]));
    assert!(submit(&mut call).await.is_pending());
    drop(call);
    LEFT.idle().await;
    let stats = LEFT.stats();
    assert_eq!((stats.cancelled, stats.died, stats.done), (1, 0, 0));
    assert_eq!(left(ByteBuf::from(vec![1])).await.unwrap(), 1);
}

#[tokio::test]
async fn a_worker_that_does_not_send_on_is_ended() {
    SENDS.prewarm(1).await.unwrap();
    let pid = SENDS.pids()[0];
    let begun = Instant::now();
    let mut call = begins_to_send();
    assert!(submit(&mut call).await.is_pending());
    // Its reply has begun when its time is over, and nobody has read any of it.
    until("the limit is over", || begun.elapsed() > 2 * BRIEF);
    let end = call.await;
    assert!(
        matches!(end, Err(Failure::TimedOut(limit)) if limit == BRIEF),
        "{end:?}"
    );
    until("it is gone", || !exists(pid));
    assert_ne!(sends().await.unwrap(), pid);
}

/// At each look there are bytes in its socket that have just come, and the reply is never complete.
#[tokio::test]
async fn a_reply_that_drips_ends_with_the_time() {
    let begun = Instant::now();
    let mut call = drips();
    let mut polled = 0;
    let end = loop {
        if let Poll::Ready(end) = submit(&mut call).await {
            break end;
        }
        polled += 1;
        assert!(polled < 20, "its time is never over");
        until("it is time to poll", || {
            begun.elapsed() > 2 * polled * BRIEF
        });
        // The runtime looks at the socket.
        tokio::task::yield_now().await;
    };
    assert!(
        matches!(end, Err(Failure::TimedOut(limit)) if limit == BRIEF),
        "{end:?}"
    );
    drips_pid().await.unwrap();
}

#[tokio::test]
async fn a_worker_that_dies_without_a_caller_gives_back_its_place_though_its_socket_is_open() {
    let gate = Gate::new();
    let mut call = held(gate.path());
    assert!(submit(&mut call).await.is_pending());
    let running = tokio::spawn(call);
    let said = gate.reached().await;
    let pids: Vec<u32> = said.split(' ').map(|pid| pid.parse().unwrap()).collect();
    let [pid, holders @ ..] = &pids[..] else {
        panic!("nobody is there");
    };
    assert!(!holders.is_empty());
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    gate.open().await;
    until("it is dead", || !exists(*pid));
    until("its place is free", || HELD.stats().running == 0);
    for holder in holders {
        signal(*holder, Signal::KILL);
    }
    assert_ne!(held_pid().await.unwrap(), *pid);
    assert_eq!((HELD.stats().died, HELD.stats().done), (1, 1));
}
