//! Many faults at once: nodes are killed, stopped and ended, callers and a server are killed, and calls are dropped. The bodies
//! themselves log each start.
//!
//! `OFFLOAD_CHAOS_SEED` has other faults, and `OFFLOAD_CHAOS_ROUNDS` more of them.

use std::{collections::HashMap, env, fs, process::Child, time::Duration};

use offload_limits::Seed;
use rustix::process::Signal;
use tokio::task::JoinSet;
use tokio_offload::Error;
use tokio_offload_cluster::Cluster;

use crate::{
    callers::busy_caller,
    functions::{AGAIN, PLAIN, count, count_again, echo},
    kit::{NodeProcess, Stage, nodes, soon, until},
};

const WORDS: [&str; 4] = [
    "plain workers 3",
    "plain pool 3",
    "again workers 3",
    "again pool 3",
];

/// Whether a call may end this way under these faults.
fn is_fair(error: &Error) -> bool {
    matches!(
        error,
        Error::Lost(_) | Error::NoNodes(_) | Error::WorkerDied(_)
    )
}

/// A number from the environment, if it has one.
fn number(name: &str, usual: u64) -> u64 {
    env::var(name).map_or(usual, |text| text.parse().unwrap())
}

/// A call whose arguments and result are sent in parts. Returns whether the result is right.
async fn large(size: usize, fill: u8) -> Result<bool, Error> {
    let bytes = vec![fill; size];
    Ok(echo(&bytes).await? == bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_body_starts_twice_and_every_call_ends() {
    let Some(mut stage) = Stage::set().await else {
        return;
    };
    let log = stage.server.folder().join("log-of-bodies");
    let mut seed = Seed::new(number("OFFLOAD_CHAOS_SEED", 1));
    let mut processes: Vec<_> = WORDS.iter().map(|word| stage.node(word)).collect();
    nodes(&PLAIN, 2).await;
    nodes(&AGAIN, 2).await;
    let mut calls = JoinSet::new();
    let mut others = [busy_caller(&stage), busy_caller(&stage)];
    let (mut made, mut values) = (0, JoinSet::new());
    for round in 0..number("OFFLOAD_CHAOS_ROUNDS", 24) {
        let fill = u8::try_from(seed.below(256)).unwrap();
        values.spawn(soon(large(seed.index(2 << 20), fill)));
        for _ in 0..30 {
            made += 1;
            let (log, mine, millis) = (log.clone(), made, seed.below(40));
            let given_up = seed.below(12) == 0;
            calls.spawn(async move {
                let call = if mine % 2 == 0 {
                    count(&log, mine, millis)
                } else {
                    count_again(&log, mine, millis)
                };
                if given_up {
                    let limit = Duration::from_millis(millis);
                    return tokio::time::timeout(limit, call)
                        .await
                        .ok()
                        .map(|end| (mine, end));
                }
                Some((mine, soon(call).await))
            });
        }
        if round % 6 == 5 {
            let other = usize::from(round % 12 == 5);
            let killed = std::mem::replace(&mut others[other], busy_caller(&stage));
            kill(killed);
        }
        trouble(round, &mut seed, &mut stage, &mut processes).await;
    }
    for process in &processes {
        process.signal(Signal::CONT);
    }
    others.into_iter().for_each(kill);
    let mut ends = (0, 0, 0);
    while let Some(end) = calls.join_next().await {
        match end.unwrap() {
            Some((mine, Ok(back))) => {
                assert_eq!(mine, back);
                ends.0 += 1;
            }
            Some((_, Err(error))) => {
                assert!(is_fair(&error), "{error:?}");
                ends.1 += 1;
            }
            None => ends.2 += 1,
        }
    }
    let sent = values.len();
    while let Some(end) = values.join_next().await {
        let end = end.unwrap();
        assert!(end.as_ref().map_or_else(is_fair, |right| *right), "{end:?}");
    }
    starts_are_single(&fs::read_to_string(&log).unwrap(), ends.0);
    let counted = [&PLAIN, &AGAIN].map(Cluster::stats);
    println!("{ends:?} and {sent} large: {counted:?}");
    for stats in counted {
        assert_eq!((stats.queued, stats.running), (0, 0), "{stats:?}");
    }
    let over = counted.map(|stats| stats.done + stats.failed + stats.cancelled + stats.refused);
    assert_eq!(over.iter().sum::<u64>(), u64::from(made) + sent as u64);
    let url = stage.server.url();
    drop(processes);
    until("no worker is left", || processes_at(&url) == 0).await;
}

/// How many processes, of nodes and their workers, were told of that server.
fn processes_at(url: &str) -> usize {
    let told = format!("NATS_URL={url}");
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let environments = processes.filter_map(|entry| fs::read(entry.path().join("environ")).ok());
    let is_told = |text: &Vec<u8>| {
        text.split(|byte| *byte == 0)
            .any(|one| one == told.as_bytes())
    };
    environments.filter(is_told).count()
}

fn kill(mut caller: Child) {
    caller.kill().unwrap();
    caller.wait().unwrap();
}

/// Causes one of the faults that happen to machines.
async fn trouble(round: u64, seed: &mut Seed, stage: &mut Stage, processes: &mut [NodeProcess]) {
    let victim = seed.below(processes.len() as u64);
    let (at, word) = (
        usize::try_from(victim).unwrap(),
        WORDS[usize::try_from(victim).unwrap()],
    );
    match seed.below(5) {
        _ if round == 12 => {
            stage.server.down();
            tokio::time::sleep(Duration::from_millis(400)).await;
            stage.server.up();
        }
        0 => {
            processes[at].kill();
            processes[at] = stage.node(word);
        }
        1 => {
            processes[at].signal(Signal::TERM);
            // It may be stopped.
            processes[at].signal(Signal::CONT);
            let mut old = std::mem::replace(&mut processes[at], stage.node(word));
            tokio::spawn(async move { old.ended().await });
        }
        2 => processes[at].signal(Signal::STOP),
        3 => processes[at].signal(Signal::CONT),
        _ => {}
    }
    tokio::time::sleep(Duration::from_millis(seed.below(300))).await;
}

/// Each line of the log is a start of a body: a call and its attempt. No line appears twice.
pub(crate) fn starts_are_single(log: &str, done: usize) {
    let mut seen: HashMap<&str, u32> = HashMap::new();
    for line in log.lines() {
        let before = seen.insert(line, 1);
        assert_eq!(before, None, "twice: {line}");
        let (call, attempt) = line.split_once(' ').unwrap();
        let attempt: u32 = attempt.parse().unwrap();
        assert!((1..=3).contains(&attempt), "{call}: {attempt}");
    }
    assert!(seen.len() >= done, "{} of {done}", seen.len());
}
