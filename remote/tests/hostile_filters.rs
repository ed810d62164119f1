//! Systems that refuse single calls, as filters of containers and services do.

use std::process::Command;

use offload_limits::try_output;
use rustix::process::Signal;
use tokio_offload_remote::{Failure, Workers};

mod kit;

use kit::{Gate, again, exists, one, remote, signal, until, wait};

static FILTERED: Workers = one("filtered").build();

remote! {
    FILTERED: fn at(gate: String) -> () { wait(&gate) }
    FILTERED: fn pid() -> u32 { std::process::id() }
}

/// How the program below exits if there can be no filter.
const UNFILTERED: i32 = 77;

/// Executes its arguments after the first with a filter that refuses the call of that number. It is in another language, as that takes.
const FILTER: &str = r"
import ctypes, os, struct, sys
code = b''.join(struct.pack('HBBI', *line) for line in [
    (0x20, 0, 0, 0), (0x15, 0, 1, int(sys.argv[1])), (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7fff0000)])
code = ctypes.create_string_buffer(code)
filter = ctypes.create_string_buffer(struct.pack('HxxxxxxQ', 4, ctypes.addressof(code)))
libc = ctypes.CDLL(None)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, filter, 0, 0):
    sys.exit(77)
os.execv(sys.argv[2], sys.argv[2:])
";

/// Runs the other part of a test, to which the system refuses a call.
fn refused(call: u32, command: &Command) {
    let mut python = Command::new("python3");
    python.args(["-c", FILTER, &call.to_string()]);
    python.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        python.env(name, value.unwrap());
    }
    match try_output(&mut python) {
        Ok(output) if output.status.code() == Some(UNFILTERED) => {
            println!("left out: no filter can be had here");
        }
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(error) => println!("left out: {error}"),
    }
}

/// The numbers of two calls of the system.
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
