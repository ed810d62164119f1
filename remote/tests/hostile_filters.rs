//! Systems that refuse single calls, as filters of containers and services do, and as limits do that a program sets itself.

use std::{
    fs::OpenOptions,
    io::Write,
    os::fd::OwnedFd,
    process::Command,
    time::{Duration, Instant},
};

use offload_limits::{succeeds, try_output};
use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};
use tokio_offload_remote::{Failure, WorkerFault, Workers};

mod kit;

use kit::{
    Gate, again, bodies, exists, one,
    pretender::{forged, own, reads},
    remote, signal, submit, until, wait,
};

/// A body that does nothing has answered by then.
const LIMIT: Duration = Duration::from_secs(2);

static FILTERED: Workers = one("filtered").build();
static LEFT: Workers = one("left-by-its-caller").detach_on_drop().build();
static TIMELY: Workers = one("timely").timeout(LIMIT).build();

remote! {
    FILTERED: fn at(gate: String) -> () { wait(&gate) }
    LEFT: fn left_at(gate: String) -> () { wait(&gate) }
    TIMELY: fn timely() -> u32 { std::process::id() }
    FILTERED: fn becomes_and_stays(program: String) -> String { bodies::becomes_and_stays(&program) }
    FILTERED: fn pid() -> u32 { std::process::id() }
    FILTERED: fn asks_for_its_session() -> bool { rustix::process::getsid(None).is_ok() }
}

/// How the program below exits if there can be no filter.
const UNFILTERED: i32 = 77;

/// Executes its arguments after the second with a filter that does that to the call of that number. It is in another language, as that
/// takes.
const FILTER: &str = r"
import ctypes, os, struct, sys
code = b''.join(struct.pack('HBBI', *line) for line in [
    (0x20, 0, 0, 0), (0x15, 0, 1, int(sys.argv[1])), (0x06, 0, 0, int(sys.argv[2])), (0x06, 0, 0, 0x7fff0000)])
code = ctypes.create_string_buffer(code)
filter = ctypes.create_string_buffer(struct.pack('HxxxxxxQ', 4, ctypes.addressof(code)))
libc = ctypes.CDLL(None)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, filter, 0, 0):
    sys.exit(77)
os.execv(sys.argv[3], sys.argv[3:])
";

/// What a filter does: it returns an error, or ends the thread.
const REFUSES: u32 = 0x0005_0001;
const REFUSES_AS_FULL: u32 = 0x0005_0018;
const ENDS: u32 = 0;

/// Runs the other part of a test, to which the system refuses a call.
fn refused(call: u32, command: &Command) {
    filtered(call, REFUSES, command);
}

/// A program under a filter.
fn under_filter(call: u32, action: u32, command: &Command) -> Command {
    let mut python = Command::new("python3");
    python.args(["-c", FILTER, &call.to_string(), &action.to_string()]);
    python.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        python.env(name, value.unwrap());
    }
    python
}

fn filtered(call: u32, action: u32, command: &Command) {
    let mut python = under_filter(call, action, command);
    match try_output(&mut python) {
        Ok(output) if output.status.code() == Some(UNFILTERED) => {
            println!("left out: no filter can be had here");
        }
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(error) => println!("left out: {error}"),
    }
}

/// The numbers of calls of the system.
const WAITID: u32 = if cfg!(target_arch = "x86_64") {
    247
} else {
    95
};
const KILL: u32 = if cfg!(target_arch = "x86_64") {
    62
} else {
    129
};
const FCNTL: u32 = if cfg!(target_arch = "x86_64") { 72 } else { 25 };
const GETSID: u32 = if cfg!(target_arch = "x86_64") {
    124
} else {
    156
};

#[tokio::test]
async fn the_end_of_a_worker_is_noticed_where_it_cannot_be_waited_for() {
    let test = "the_end_of_a_worker_is_noticed_where_it_cannot_be_waited_for";
    if let Some(command) = again(test) {
        return refused(WAITID, &command);
    }
    let first = pid().await.unwrap();
    assert_eq!(pid().await.unwrap(), first);
    let gate = Gate::new();
    let call = tokio::spawn(at(gate.path()));
    gate.reached().await;
    signal(first, Signal::KILL);
    let Err(Failure::Died(death)) = call.await.unwrap() else {
        panic!("it has an answer");
    };
    assert_eq!((death.pid, death.signal), (first, Some(9)), "{death}");
    until("it is reaped", || !exists(first));
    let second = pid().await.unwrap();
    FILTERED.close().await;
    until("so is the one that was told to end", || !exists(second));
}

/// What such a process tells is its stop at a signal, which is no end: it can be reaped only later.
#[tokio::test]
async fn the_stop_of_a_traced_worker_is_no_end_where_it_cannot_be_waited_for() {
    let test = "the_stop_of_a_traced_worker_is_no_end_where_it_cannot_be_waited_for";
    if let Some(command) = again(test) {
        return refused(WAITID, &command);
    }
    let first = pid().await.unwrap();
    let Some(traced) = bodies::traced() else {
        println!("left out: it takes perl to make such a call");
        return;
    };
    let Err(Failure::Died(death)) = becomes_and_stays(traced).await else {
        panic!("it goes on");
    };
    assert_eq!(death.pid, first);
    until("it is reaped", || !exists(first));
    if death.code == Some(bodies::UNTRACED) {
        println!("left out: no process may be traced here");
        return;
    }
    let stopped = matches!(death.fault, Some(WorkerFault::Stopped(..)));
    assert!(stopped, "{death}");
    assert_ne!(pid().await.unwrap(), first);
}

/// One that is linked statically starts even then. It was started to be a worker: as the program, it would do its work again.
#[test]
fn a_program_that_may_have_no_fourth_descriptor_does_not_run_as_itself() {
    const FULL: i32 = 71;
    let (ours, theirs) = forged();
    let mut command = Command::new(own());
    command.arg("--list");
    let mut command = under_filter(FCNTL, REFUSES_AS_FULL, &command);
    command.stdin(OwnedFd::from(theirs));
    let output = reads(&mut command);
    drop(ours);
    if output.status.code() == Some(UNFILTERED) {
        println!("left out: no filter can be had here");
        return;
    }
    assert_eq!(output.status.code(), Some(FULL), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
}

/// The action of filters that is used most ends the thread alone, and its process goes on.
#[tokio::test]
async fn a_body_whose_thread_is_ended_ends_its_call() {
    let Some(command) = again("a_body_whose_thread_is_ended_ends_its_call") else {
        let first = pid().await.unwrap();
        let Err(Failure::Died(death)) = asks_for_its_session().await else {
            panic!("it has an answer");
        };
        assert_eq!((death.pid, death.signal), (first, Some(31)), "{death}");
        assert_ne!(pid().await.unwrap(), first);
        return;
    };
    filtered(GETSID, ENDS, &command);
}

#[tokio::test]
async fn a_program_that_may_send_no_signals_is_told_so() {
    let Some(command) = again("a_program_that_may_send_no_signals_is_told_so") else {
        let Err(Failure::Spawn(error)) = FILTERED.prewarm(1).await else {
            panic!("it has a worker");
        };
        assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied);
        let text = "this process may send no signals, so it could end no worker: ";
        assert!(error.to_string().starts_with(text), "{error}");
        return;
    };
    refused(KILL, &command);
}

/// A program that allows itself no more descriptors, once it has what it needs, may wait for none either. Its clock goes on, hears the
/// bodies whose callers have gone, and knows a reply that is there in time.
#[tokio::test]
async fn a_program_that_allows_itself_no_descriptors_hears_its_workers() {
    let test = "a_program_that_allows_itself_no_descriptors_hears_its_workers";
    if let Some(mut command) = again(test) {
        return succeeds(&mut command);
    }
    TIMELY.prewarm(1).await.unwrap();
    let gate = Gate::new();
    let mut left = left_at(gate.path());
    assert!(submit(&mut left).await.is_pending());
    gate.reached().await;
    drop(left);
    let go = format!("{}/go", gate.path());
    let mut go = OpenOptions::new().write(true).open(go).unwrap();
    let mut call = timely();
    let begun = Instant::now();
    assert!(submit(&mut call).await.is_pending());
    let before = getrlimit(Resource::Nofile);
    let current = Some(0);
    setrlimit(Resource::Nofile, Rlimit { current, ..before }).unwrap();
    go.write_all(b"go").unwrap();
    drop(go);
    until("the body without a caller ends", || {
        LEFT.stats().running == 0
    });
    // Nobody has read its reply when its time is over.
    until("the limit is over", || begun.elapsed() > 2 * LIMIT);
    let end = call.await;
    setrlimit(Resource::Nofile, before).unwrap();
    assert_eq!(end.unwrap(), TIMELY.pids()[0]);
    assert_eq!(LEFT.stats().done, 1);
}
