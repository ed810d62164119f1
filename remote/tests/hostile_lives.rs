//! Attacks on the life of a worker: it becomes another program, it is there twice, or somebody else keeps its descriptors.

use std::{
    os::unix::process::CommandExt,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use fork::{Fork, fork};
use offload_limits::succeeds;
use rustix::process::{Signal, getpid, kill_process};
use tokio_offload_remote::{
    Config, FUNCTIONS, Failure, Function, StartError, WorkerFault, Workers, linkme,
};

mod kit;

use kit::{Gate, again, bodies, exists, has_ended, is_ignored, remote, say, until};

static BECOMES: Workers = Config::new("becomes").processes(1).build();
static TRACED: Workers = Config::new("traced").processes(1).build();
static TWICE: Workers = Config::new("twice").processes(1).build();
static KEEPS: Workers = Config::new("keeps").processes(1).build();
static STILLBORN: Workers = Config::new("stillborn")
    .processes(1)
    .start_timeout(std::time::Duration::MAX)
    .init(|| match fork() {
        Ok(Fork::Child) => loop {
            std::thread::park();
        },
        _ => std::process::exit(9),
    })
    .build();

static UNTOLD: Workers = Config::new("untold")
    .processes(1)
    .executable("/bin/true")
    .build();

/// So long that the list of functions does not fit into a socket.
const LONG: &str = match std::str::from_utf8(&[b'x'; 300 << 10]) {
    Ok(name) => name,
    Err(_) => "",
};

#[linkme::distributed_slice(FUNCTIONS)]
#[linkme(crate = tokio_offload_remote::linkme)]
static LONG_NAME: Function = Function::new(LONG, || &UNTOLD, |_, _| Ok(()), |_| ());

remote! {
    BECOMES: fn becomes(program: String) -> String {
        let mut words = program.split(' ');
        let error = Command::new(words.next().unwrap()).args(words).exec();
        error.to_string()
    }
    TRACED: fn becomes_and_stays(program: String) -> String {
        bodies::becomes_and_stays(&program)
    }
    BECOMES: fn still() -> u32 { std::process::id() }
    TRACED: fn still_traced() -> u32 { std::process::id() }
    TWICE: fn both(number: u32) -> u32 {
        // The copy answers as well, each time later than the other.
        if let Fork::Child = fork().unwrap() {
            std::thread::sleep(std::time::Duration::from_micros(u64::from(number) * 40));
            return number + 1_000_000;
        }
        number
    }
    TWICE: fn once(number: u32) -> u32 { number }
    KEEPS: fn leaves_a_copy(gate: String, how: String) -> () {
        let Fork::Parent(copy) = fork().unwrap() else {
            loop { std::thread::park() }
        };
        say(&gate, &format!("{} {copy}", std::process::id()));
        std::fs::read(format!("{gate}/go")).unwrap();
        match how.as_str() {
            "kill" => kill_process(getpid(), Signal::KILL).unwrap(),
            "exit" => std::process::exit(0),
            _ => std::process::abort(),
        }
    }
    STILLBORN: fn stillborn() -> () {}
    KEEPS: fn keeps_pid() -> u32 { std::process::id() }
}

/// What it has become knows nothing of calls, whether it ends or not.
#[tokio::test]
async fn a_worker_that_becomes_another_program_ends_its_call() {
    for program in ["true", "false", "sleep 1000", "cat"] {
        let before = still().await.unwrap();
        let Err(Failure::Died(death)) = becomes(program.into()).await else {
            panic!("{program} goes on");
        };
        assert_eq!(death.pid, before);
        assert!(death.to_string().contains("::becomes`"), "{death}");
        until("it is gone", || !exists(before));
        assert_ne!(still().await.unwrap(), before);
    }
    assert_eq!(
        becomes("/no/such/program".into()).await.unwrap(),
        "No such file or directory (os error 2)"
    );
}

/// As programs do that want no debugger. Then each signal stops it, and its pool is told of that, which is no end.
#[tokio::test]
async fn a_worker_that_is_traced_by_its_pool_ends_its_call() {
    let Some(traced) = bodies::traced() else {
        println!("left out: it takes perl to make such a call");
        return;
    };
    let before = still_traced().await.unwrap();
    let Err(Failure::Died(death)) = becomes_and_stays(traced).await else {
        panic!("it goes on");
    };
    if death.code == Some(bodies::UNTRACED) {
        println!("left out: no process may be traced here");
        return;
    }
    assert_eq!(death.pid, before);
    assert!(
        matches!(death.fault, Some(WorkerFault::Stopped(..))),
        "{death}"
    );
    assert_ne!(still_traced().await.unwrap(), before);
}

/// Its copy answers too, a little later: the answer is that of a call that has ended, and no other gets it.
#[tokio::test]
async fn no_call_gets_the_answer_of_a_copy() {
    let mut wrong = Vec::new();
    for number in 0..100 {
        match both(number).await {
            Ok(answer) if answer % 1_000_000 != number => wrong.push((number, answer)),
            Ok(_) | Err(Failure::Died(_) | Failure::Codec(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
        for next in 0..3 {
            match once(number * 10 + next).await {
                Ok(answer) if answer != number * 10 + next => wrong.push((number, answer)),
                Ok(_) | Err(Failure::Died(_) | Failure::Codec(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// The socket of a call does not end with its worker, since a copy has it as well.
#[tokio::test]
async fn a_copy_that_keeps_the_descriptors_keeps_no_call() {
    for how in ["kill", "exit", "abort"] {
        let gate = Gate::new();
        let call = tokio::spawn(leaves_a_copy(gate.path(), how.into()));
        let said = gate.reached().await;
        let pids: Vec<u32> = said.split(' ').map(|pid| pid.parse().unwrap()).collect();
        gate.open().await;
        let Err(Failure::Died(death)) = call.await.unwrap() else {
            panic!("it goes on");
        };
        assert_eq!(death.pid, pids[0], "{death}");
        for pid in &pids {
            until("both are gone", || has_ended(*pid));
        }
        assert!(!pids.contains(&keeps_pid().await.unwrap()));
    }
}

/// Nor does the socket of a worker that ends before it is ready.
#[tokio::test]
async fn a_copy_that_keeps_the_descriptors_keeps_no_start() {
    for _ in 0..3 {
        match stillborn().await {
            Err(Failure::Start(StartError::Died(death))) => assert_eq!(death.code, Some(9)),
            other => panic!("{other:?}"),
        }
    }
}

/// A program that ignores the ends of its children, as they may be told by whoever starts it, or that waits for all of them itself, may not
/// learn how a worker ended. That it did is known.
#[tokio::test]
async fn a_program_that_does_not_hear_of_its_children_has_workers() {
    let test = "a_program_that_does_not_hear_of_its_children_has_workers";
    let Some(own) = again(test) else {
        let reaps = std::env::var_os("OFFLOAD_TEST_REAPS").is_some();
        assert_ne!(reaps, is_ignored(Signal::CHILD));
        if reaps {
            std::thread::spawn(|| {
                loop {
                    let _ = rustix::process::wait(rustix::process::WaitOptions::empty());
                    std::thread::yield_now();
                }
            });
        }
        for _ in 0..20 {
            let before = still().await.unwrap();
            let Err(Failure::Died(death)) = becomes("false".into()).await else {
                panic!("it goes on");
            };
            assert_eq!(death.pid, before);
            let mut stuck = becomes("sleep 1000".into());
            let _ = kit::submit(&mut stuck).await;
            drop(stuck);
            assert_ne!(still().await.unwrap(), before);
        }
        return;
    };
    // A shell may keep a signal that tells of children.
    for how in ["--ignore-signal=CHLD", "OFFLOAD_TEST_REAPS=1"] {
        let mut env = Command::new("env");
        env.arg(how).arg(own.get_program()).args(own.get_args());
        env.envs(
            own.get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        succeeds(&mut env);
    }
}

/// Programs that write to pipes may have set that signal back to what ends them. What older releases of std write to a socket raises it
/// (1.89 does, 1.95 does not), and so does a plain `write`.
#[tokio::test]
async fn a_worker_that_reads_nothing_raises_no_signal_in_its_pool() {
    let raised = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGPIPE, Arc::clone(&raised)).unwrap();
    match UNTOLD.prewarm(1).await {
        Err(Failure::Start(StartError::Died(death))) => assert_eq!(death.code, Some(0), "{death}"),
        other => panic!("{other:?}"),
    }
    assert!(!raised.load(Ordering::Relaxed));
}
