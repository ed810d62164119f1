//! Many faults at once: nodes are killed, stopped, ended and cut off, their workers, callers and a server are killed, and calls are
//! dropped. The bodies themselves log each start.
//!
//! `OFFLOAD_CHAOS_SEED` has other faults, and `OFFLOAD_CHAOS_ROUNDS` more of them.

use std::{collections::HashMap, env, fs, process::Child, time::Duration};

use offload_limits::Seed;
use rustix::process::{Signal, kill_process};
use tokio::task::JoinSet;
use tokio_offload::Error;
use tokio_offload_cluster::Cluster;

use crate::{
    callers::busy_caller,
    functions::{AGAIN, PLAIN, count, count_again, echo},
    kit::{NodeProcess, Stage, nodes, soon, until},
    proxy::{Proxy, Way},
};

const WORDS: [&str; 4] = [
    "plain workers 3",
    "plain pool 3",
    "again workers 3",
    "again pool 3",
];

/// The processes that suffer.
struct Victims {
    stage: Stage,
    /// Between the server and every other node.
    proxy: Proxy,
    nodes: Vec<NodeProcess>,
}

impl Victims {
    async fn set() -> Option<Self> {
        let stage = Stage::set().await?;
        let proxy = Proxy::to(stage.server.port()).await;
        let mut victims = Self {
            stage,
            proxy,
            nodes: Vec::new(),
        };
        victims.nodes = (0..WORDS.len()).map(|at| victims.node(at)).collect();
        Some(victims)
    }

    fn node(&self, at: usize) -> NodeProcess {
        let server = self.stage.server.url();
        let url = if at.is_multiple_of(2) {
            self.proxy.url()
        } else {
            server
        };
        NodeProcess::start(&url, WORDS[at])
    }

    /// All that has come to a standstill goes on.
    fn go_on(&self) {
        self.proxy.becomes(Way::Open);
        for node in &self.nodes {
            node.signal(Signal::CONT);
        }
    }

    /// Causes one of the faults that happen to machines.
    async fn suffer(&mut self, round: u64, seed: &mut Seed) {
        let at = seed.index(self.nodes.len());
        match seed.below(9) {
            _ if round == 12 => {
                self.stage.server.down();
                tokio::time::sleep(Duration::from_millis(400)).await;
                self.stage.server.up();
            }
            0 => {
                self.nodes[at].kill();
                self.nodes[at] = self.node(at);
            }
            1 => {
                self.nodes[at].signal(Signal::TERM);
                // It may be stopped.
                self.nodes[at].signal(Signal::CONT);
                let new = self.node(at);
                let mut old = std::mem::replace(&mut self.nodes[at], new);
                tokio::spawn(async move { old.ended().await });
            }
            2 => self.nodes[at].signal(Signal::STOP),
            3 => self.nodes[at].signal(Signal::CONT),
            4 => self.nodes[at].kill_worker(seed),
            5 => self.proxy.becomes(Way::Silent),
            6 => self.proxy.becomes(Way::Broken),
            7 => self.proxy.becomes(Way::Open),
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(seed.below(300))).await;
    }
}

impl NodeProcess {
    /// Kills one of its workers, if it has any. Those of a node are its only children.
    fn kill_worker(&self, seed: &mut Seed) {
        let workers = self.children();
        if !workers.is_empty() {
            let worker = workers[seed.index(workers.len())];
            // It may have ended.
            let _ = kill_process(worker, Signal::KILL);
        }
    }
}

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
    let Some(mut victims) = Victims::set().await else {
        return;
    };
    let log = victims.stage.server.folder().join("log-of-bodies");
    let mut seed = Seed::new(number("OFFLOAD_CHAOS_SEED", 1));
    nodes(&PLAIN, 2).await;
    nodes(&AGAIN, 2).await;
    let mut calls = JoinSet::new();
    let mut others = [busy_caller(&victims.stage), busy_caller(&victims.stage)];
    let (mut made, mut values) = (0, JoinSet::new());
    for round in 0..number("OFFLOAD_CHAOS_ROUNDS", 36) {
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
            let killed = std::mem::replace(&mut others[other], busy_caller(&victims.stage));
            kill(killed);
        }
        victims.suffer(round, &mut seed).await;
    }
    victims.go_on();
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
    victims.nodes.clear();
    let urls = [victims.stage.server.url(), victims.proxy.url()];
    let left = || urls.iter().map(|url| processes_at(url)).sum::<usize>();
    until("no worker is left", || left() == 0).await;
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
