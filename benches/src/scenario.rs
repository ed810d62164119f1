//! The list of measurements.

use std::time::Duration;

use crate::{
    ways::{Name, cpus},
    work::{Body, Loops, Work},
};

/// One line of the list: a workload, for some ways.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name in tables and on command lines.
    pub name: String,
    /// The workload.
    pub work: Work,
    /// The ways it is measured for, the reference first.
    pub ways: Vec<Name>,
    /// How many threads a way has, if they are its own.
    pub threads: usize,
    /// Whether pools that are global have that many threads, too.
    pub narrow: bool,
    /// Whether the process is bound to one CPU.
    pub pinned: bool,
    /// How often each way is measured in a full run.
    pub rounds: usize,
    /// The program that has to measure it, if not any.
    pub program: Option<&'static str>,
}

impl Scenario {
    fn new(name: impl Into<String>, work: Work) -> Self {
        Self {
            name: name.into(),
            work,
            ways: Name::ALL.to_vec(),
            threads: 2 * cpus(),
            narrow: false,
            pinned: false,
            rounds: 7,
            program: None,
        }
    }

    /// On few threads, so that calls wait. Without the way that has no threads.
    fn narrow(mut self, threads: usize) -> Self {
        self.threads = threads;
        self.narrow = true;
        self.without(&[Name::Direct])
    }

    fn without(mut self, ways: &[Name]) -> Self {
        self.ways.retain(|way| !ways.contains(way));
        self
    }

    /// With pools that can grow as tokio's own does.
    fn growing(mut self) -> Self {
        self.threads = 512;
        self.ways = vec![
            Name::Raw,
            Name::Ours,
            Name::Pool,
            Name::Shared,
            Name::Blocking,
        ];
        self
    }
}

/// All scenarios, in the order of the table.
pub fn all() -> Vec<Scenario> {
    let mut all = vec![Scenario {
        pinned: true,
        ..Scenario::new("seq", Work::Seq(5000))
    }];
    all.extend(bursts());
    all.extend(loops());
    all.push(Scenario::new("submit", Work::Submit(4000)).without(&[Name::Direct]));
    all.extend(pings());
    all.extend(sleepers());
    all.extend(gone());
    all.extend(real());
    all
}

fn bursts() -> [Scenario; 3] {
    let (join, spawn) = (Work::Join(1000, 10), Work::Spawn(1000, 10));
    let many = Work::Spawn(100_000, 1);
    [
        Scenario::new("join_1k", join),
        Scenario::new("spawn_1k", spawn),
        Scenario {
            rounds: 3,
            ..Scenario::new("spawn_100k", many)
        },
    ]
}

fn loops() -> Vec<Scenario> {
    let bodies = [
        ("1us", 1, 4000),
        ("10us", 10, 4000),
        ("100us", 100, 1000),
        ("1ms", 1000, 200),
    ];
    let mut all = Vec::new();
    for (name, micros, calls) in bodies {
        for tasks in [1, 10, 100, 1000] {
            let work = Work::Loops(loops_of(calls, tasks), Duration::from_micros(micros));
            let scenario = Scenario::new(format!("loops/{name}x{tasks}"), work);
            // The long ones spread little.
            let rounds = if micros < 1000 { 5 } else { 3 };
            all.push(Scenario { rounds, ..scenario });
        }
    }
    all
}

fn pings() -> Vec<Scenario> {
    let one = |(name, micros)| {
        let work = Work::Ping(Duration::from_micros(micros));
        Scenario {
            rounds: 5,
            ..Scenario::new(format!("ping/{name}"), work)
        }
    };
    [("1us", 1), ("10us", 10), ("100us", 100)].map(one).to_vec()
}

fn sleepers() -> [Scenario; 4] {
    let sleep = Duration::from_millis;
    let (thousand, hundred) = (1000, 100);
    // Without the ways whose threads outlive a runtime, or are started before the call.
    let first = Scenario {
        ways: vec![
            Name::Raw,
            Name::Ours,
            Name::Attribute,
            Name::Pool,
            Name::Shared,
        ],
        rounds: 15,
        ..Scenario::new("first", Work::Cold(1, sleep(0)))
    };
    [
        first,
        Scenario::new("sleepers_1000x10ms", Work::Warm(thousand, sleep(10))).growing(),
        Scenario::new("cold_1000x10ms", Work::Cold(thousand, sleep(10))).growing(),
        Scenario::new("cold_100x5ms", Work::Cold(hundred, sleep(5))).growing(),
    ]
}

fn gone() -> [Scenario; 7] {
    let counting = |name, work| Scenario {
        rounds: 3,
        program: Some("mem"),
        ..Scenario::new(name, work).narrow(1)
    };
    let fair = Scenario::new("fair", Work::Fair).narrow(4);
    let fair = Scenario {
        rounds: 5,
        // It runs one body at a time.
        ..fair.without(&[Name::Deadpool])
    };
    // An object behind a lock ends with a task of its own, which a runtime that is gone cannot run.
    let dropped = Scenario::new("drop", Work::Drop)
        .narrow(2)
        .without(&[Name::Deadpool]);
    [
        fair,
        counting("mem", Work::Queued(100_000)),
        counting("mem_seq", Work::Allocs(1000)),
        Scenario {
            rounds: 5,
            ..dropped
        },
        Scenario {
            rounds: 5,
            ..Scenario::new("abort", Work::Abort).narrow(1)
        },
        Scenario {
            ways: vec![
                Name::Raw,
                Name::Pool,
                Name::Shared,
                Name::Crossbeam,
                Name::Kanal,
            ],
            ..Scenario::new("refuse", Work::Refuse(100_000)).narrow(1)
        },
        counting("abandon", Work::Abandon(1_000_000)),
    ]
}

fn real() -> Vec<Scenario> {
    let mut all = Vec::new();
    for body in Body::ALL {
        let (calls, threads) = match body {
            Body::Argon2 => (64, cpus()),
            Body::Zlib16K => (1024, 2 * cpus()),
            _ => (3200, 2 * cpus()),
        };
        for tasks in [1, 16, 64] {
            let work = Work::Real(loops_of(calls, tasks), body);
            let scenario = Scenario::new(format!("real/{}x{tasks}", body.name()), work);
            all.push(Scenario {
                threads,
                rounds: 5,
                ..scenario
            });
        }
    }
    all
}

/// The tasks, and the calls of each, for this many calls in all.
fn loops_of(calls: usize, tasks: usize) -> Loops {
    Loops {
        tasks,
        calls: usize::max(calls / tasks, 1),
    }
}
