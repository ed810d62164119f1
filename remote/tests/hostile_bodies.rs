//! Attacks from inside: bodies that speak out of turn, stop their worker, take too much memory, or leave somebody behind.

use std::{process::Command, time::Duration};

use rustix::process::{Signal, getpid};
use tokio_offload_remote::{Config, Failure, WorkerFault, Workers};

mod kit;

use kit::{
    Gate, again,
    bodies::{PROTOCOL, own_socket},
    exists, has_ended, remote, say, signal, submit, until, wait,
};

const LIMIT: u64 = 256 << 20;

static TALKS: Workers = Config::new("talks").processes(1).build();
static STOPS: Workers = Config::new("stops").processes(1).build();
static TERMINAL: Workers = Config::new("terminal").processes(1).build();
static MEMORY: Workers = Config::new("much-memory")
    .processes(1)
    .memory_limit(LIMIT)
    .build();
static CROWDS: Workers = Config::new("crowds")
    .processes(1)
    .memory_limit(LIMIT * 8)
    .build();
static LEAVES: Workers = Config::new("leaves").processes(1).build();

/// Writes these bytes to the socket of calls and replies.
fn talk(bytes: &[u8]) {
    let _ = rustix::io::write(own_socket(), bytes);
}

/// Memory that has no file and may be shared, which needs a program in another language here. What it says on success.
fn share(bytes: u32) -> String {
    let program = "import mmap, sys\nbytes = int(sys.argv[1])\nshared = mmap.mmap(-1, bytes)\n\
                   for page in range(0, bytes, 4096): shared[page] = 1\nprint('done')";
    let mut python = Command::new("python3");
    let output = python.args(["-c", program, &bytes.to_string()]).output();
    output.map_or("no python3".into(), |output| {
        String::from_utf8(output.stdout).unwrap()
    })
}

fn shell(script: &str) -> bool {
    Command::new("sh")
        .args(["-c", script])
        .status()
        .unwrap()
        .success()
}

remote! {
    TALKS: fn talks_later(gate: String, bytes: Vec<u8>) -> u32 {
        std::thread::spawn(move || {
            wait(&gate);
            talk(&bytes);
            say(&gate, "said");
        });
        std::process::id()
    }
    TALKS: fn pid() -> u32 { std::process::id() }
    STOPS: fn stops() -> () {
        rustix::process::kill_process(getpid(), Signal::STOP).unwrap();
        loop { std::thread::park() }
    }
    STOPS: fn stops_pid() -> u32 { std::process::id() }
    TERMINAL: fn sane() -> bool { shell("stty -F /dev/tty sane") }
    TERMINAL: fn reads() -> bool { std::fs::read("/dev/tty").is_ok() }
    MEMORY: fn shares(bytes: u32) -> String { share(bytes) }
    MEMORY: fn owns(bytes: usize) -> usize { vec![1_u8; bytes].into_iter().map(usize::from).sum() }
    MEMORY: fn lends_out() -> bool {
        shell("for i in 1 2 3; do (head -c 120000000 /dev/zero; sleep 60) | tail > /dev/null & done; wait")
    }
    CROWDS: fn crowds(threads: u32) -> () {
        for _ in 0..threads {
            let thread = std::thread::Builder::new().stack_size(16 << 10);
            thread.spawn(|| loop { std::thread::park() }).unwrap();
        }
        loop { std::thread::park() }
    }
    LEAVES: fn leaves(gate: String) -> () {
        let script = format!("(setsid sh -c 'echo $$ > {gate}/left; exec sleep 1000' > /dev/null 2>&1 &)");
        shell(&script);
        wait(&gate);
        loop { std::thread::park() }
    }
    LEAVES: fn leaves_dead(many: u32) -> u32 {
        for _ in 0..many { shell("(true &) ; sleep 0.01"); }
        std::process::id()
    }
}

/// Garbage, and a reply that nobody asked for, in the socket before the next call: that call goes to another worker.
#[tokio::test]
async fn a_worker_that_speaks_between_calls_is_replaced_and_no_call_hears_it() {
    let mut reply = vec![0; 24];
    (reply[4], reply[6], reply[7]) = (5, PROTOCOL[0], PROTOCOL[1]);
    for bytes in [b"x".to_vec(), vec![7; 4096], reply] {
        let gate = Gate::new();
        let first = talks_later(gate.path(), bytes).await.unwrap();
        gate.reached().await;
        gate.open().await;
        gate.reached().await;
        let next = pid().await.unwrap();
        assert_ne!(next, first);
        until("it is gone", || !exists(first));
        assert_eq!(pid().await.unwrap(), next);
    }
    let stats = TALKS.stats();
    assert_eq!((stats.failed, stats.died), (0, 0), "{stats:?}");
}

#[tokio::test]
async fn a_call_that_waits_is_not_given_to_a_worker_that_spoke_either() {
    static QUEUED: Workers = Config::new("talks-queued").processes(1).build();
    remote! {
        QUEUED: fn talks_and_waits(gate: String, at_once: bool) -> u32 {
            let bytes = vec![9; 64];
            wait(&gate);
            if at_once {
                talk(&bytes);
            }
            // Behind its own reply, which begins when this has returned.
            std::thread::spawn(move || loop { talk(&bytes); std::thread::sleep(Duration::from_millis(1)) });
            std::process::id()
        }
        QUEUED: fn queued_pid() -> u32 { std::process::id() }
    }
    for at_once in [true, false] {
        let gate = Gate::new();
        let first = tokio::spawn(talks_and_waits(gate.path(), at_once));
        let pid: u32 = gate.reached().await.parse().unwrap();
        let mut second = queued_pid();
        assert!(submit(&mut second).await.is_pending());
        gate.open().await;
        // The one that talks may have spoilt its own reply.
        let _ = first.await.unwrap();
        match second.await {
            // The thread may begin to talk after the worker has answered this one too; then it is right that it did.
            Ok(answered) => assert!(answered != pid || !at_once, "it had spoken before"),
            // It was read by the worker that talks, and may have run.
            Err(Failure::Codec(_)) if !at_once => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[tokio::test]
async fn a_worker_that_is_stopped_ends_its_call() {
    let Err(Failure::Died(death)) = stops().await else {
        panic!("it goes on");
    };
    let stop = Signal::STOP.as_raw();
    assert!(
        matches!(death.fault, Some(WorkerFault::Stopped(signal, _)) if signal == stop),
        "{death:?}"
    );
    let text = death.to_string();
    assert!(
        text.contains("stopped by signal 19") && text.contains("::stops`"),
        "{text}"
    );
    // One that is stopped before its call, and goes on in time, is as any other; one that does not is replaced.
    let pid = stops_pid().await.unwrap();
    kit::stop(pid);
    let mut call = stops_pid();
    assert!(submit(&mut call).await.is_pending());
    signal(pid, Signal::CONT);
    assert_eq!(call.await.unwrap(), pid);
    kit::stop(pid);
    assert_ne!(stops_pid().await.unwrap(), pid);
}

/// Both would stop a worker in the session of a terminal for ever.
#[tokio::test]
async fn a_terminal_is_out_of_reach() {
    let Some(command) = again("a_terminal_is_out_of_reach") else {
        assert!(!sane().await.unwrap());
        assert!(!reads().await.unwrap());
        assert_eq!(TERMINAL.stats().started, 1);
        return;
    };
    let line: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_str().unwrap())
        .collect();
    let mut terminal = Command::new("script");
    terminal.args(["-qec", &line.join(" "), "/dev/null"]);
    for (name, value) in command.get_envs() {
        terminal.env(name, value.unwrap());
    }
    match offload_limits::try_output(&mut terminal) {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(error) => println!("left out: no terminal can be had here: {error}"),
    }
}

fn is_over_limit<T: std::fmt::Debug>(end: &Result<T, Failure>) -> bool {
    matches!(end, Err(Failure::Died(death)) if death.fault == Some(WorkerFault::Memory(LIMIT)))
}

/// Each of its threads, or processes, would be looked at, many times a second.
#[tokio::test]
async fn a_body_with_more_threads_than_are_measured_is_over_its_limit() {
    let end = crowds(5000).await;
    let Err(Failure::Died(death)) = end else {
        panic!("{end:?}");
    };
    assert!(
        matches!(death.fault, Some(WorkerFault::Crowd { limit, threads: 4096 }) if limit == 8 * LIMIT),
        "{death:?}"
    );
    assert!(
        death.to_string().contains("more than 4096 threads"),
        "{death}"
    );
}

#[tokio::test]
async fn shared_memory_counts() {
    let said = shares(64 << 20).await.unwrap();
    if said.trim() == "done" {
        let end = shares(1 << 30).await;
        assert!(is_over_limit(&end), "{end:?}");
        let text = end.unwrap_err().to_string();
        assert!(
            text.contains("more memory than its limit of 268435456 bytes"),
            "{text}"
        );
    } else {
        println!("left out: {said}");
    }
    // Its own memory is refused at once.
    let end = owns(512 << 20).await;
    assert!(matches!(end, Err(Failure::Died(_))), "{end:?}");
    assert_eq!(owns(100 << 20).await.unwrap(), 100 << 20);
}

#[tokio::test]
async fn what_it_starts_counts() {
    let end = lends_out().await;
    assert!(is_over_limit(&end), "{end:?}");
}

/// A process in a session of its own, whose parent has gone, ends with the worker that is killed.
#[tokio::test]
async fn nobody_is_left_behind_by_a_worker_that_is_killed() {
    let gate = Gate::new();
    let call = tokio::spawn(leaves(gate.path()));
    let worker: u32 = gate.reached().await.parse().unwrap();
    let note = format!("{}/left", gate.path());
    let mut left = 0;
    until("somebody is left behind", || {
        let text = std::fs::read_to_string(&note).unwrap_or_default();
        left = text.trim().parse().unwrap_or(0);
        left != 0
    });
    assert!(exists(left));
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    until("the worker is gone", || !exists(worker));
    until("so is whom it left behind", || has_ended(left));
}

/// Dead processes that nobody asks for do not pile up: their worker makes room for another one.
#[tokio::test]
async fn the_dead_of_a_worker_are_not_kept_for_ever() {
    let first = leaves_dead(40).await.unwrap();
    let mut calls = 0;
    while leaves_dead(0).await.unwrap() == first {
        calls += 1;
        assert!(calls < 200, "it stays");
    }
    until("it is gone", || !exists(first));
}
