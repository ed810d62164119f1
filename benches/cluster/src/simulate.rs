//! Simulates how many servers and nodes 10, 1000, 100,000 and 1,000,000 calls a second need, from the cost of a call measured here.
//!
//! Calls come at random times, as from many independent callers. The ticket of a call waits for its stream and then for a slot. The node
//! claims the call, and the body starts. The program prints the smallest configuration that keeps up and whose calls rarely wait longer
//! than most bodies take.

use std::{cmp::Reverse, collections::BinaryHeap, fmt::Write};

use fastrand::Rng;

/// The costs, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Costs {
    /// The time that a ticket takes on the one thread that serves its stream.
    pub(crate) ticket: f64,
    /// The CPU time that a call takes on all servers.
    pub(crate) server: f64,
    /// The time of a message from one process to another, through a server.
    pub(crate) hop: f64,
}

impl Default for Costs {
    fn default() -> Self {
        Self {
            ticket: 40e-6,
            server: 90e-6,
            hop: 50e-6,
        }
    }
}

/// How long bodies take, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bodies {
    /// All take the same time.
    Even,
    /// One of sixteen takes much longer.
    Mixed,
}

const SHORT: f64 = 0.010;
const LONG: f64 = 0.200;
const MIXED: u32 = 16;

impl Bodies {
    const fn name(self) -> &'static str {
        match self {
            Self::Even => "10 ms",
            Self::Mixed => "10 ms, 1 of 16: 200 ms",
        }
    }

    fn mean(self) -> f64 {
        match self {
            Self::Even => SHORT,
            Self::Mixed => (SHORT * f64::from(MIXED - 1) + LONG) / f64::from(MIXED),
        }
    }

    fn one(self, rng: &mut Rng) -> f64 {
        match self {
            Self::Mixed if rng.u32(..MIXED) == 0 => LONG,
            _ => SHORT,
        }
    }
}

/// A configuration: servers, streams and nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Setup {
    rate: f64,
    bodies: Bodies,
    streams: usize,
    /// The slots of all nodes.
    slots: usize,
}

/// The result of a simulation.
#[derive(Clone, Copy, Debug)]
struct Outcome {
    middle: f64,
    p99: f64,
}

/// The largest load of a server or a stream. With random arrivals, waits grow without limit at full load. A choice.
const USED: f64 = 0.6;
/// The largest load of all slots. A choice.
const MOST_BUSY: f64 = 0.95;
/// Slots of one node. A choice.
const NODE: usize = 64;
/// Calls of one simulation. The first third does not count, because the slots fill up during it. A choice.
const CALLS: usize = 150_000;
/// The least simulated time, in seconds. It is longer than the longest body.
const LASTING: f64 = 1.5;

/// The results as a table.
pub(crate) fn print(costs: &Costs) -> String {
    let micros = |seconds: f64| seconds * 1e6;
    let mut out = format!(
        "A ticket costs a stream {:.0} us, a call the servers {:.0} us of CPU, a message {:.0} us on its way.\n\n",
        micros(costs.ticket),
        micros(costs.server),
        micros(costs.hop)
    );
    out.push_str(
        "| calls a second | bodies | streams | CPUs of servers | slots | nodes of 64 | slots busy | waiting p50 / p99 |\n",
    );
    out.push_str("|---|---|---|---|---|---|---|---|\n");
    for rate in [10.0, 1e3, 1e5, 1e6] {
        for bodies in [Bodies::Even, Bodies::Mixed] {
            let (setup, outcome) = smallest(rate, bodies, costs);
            row(&mut out, setup, outcome, costs);
        }
    }
    out
}

fn row(out: &mut String, setup: Setup, outcome: Outcome, costs: &Costs) {
    let Setup {
        rate,
        bodies,
        streams,
        slots,
    } = setup;
    let cpus = up(rate * costs.server / USED);
    let nodes = slots.div_ceil(NODE);
    let busy = rate * (bodies.mean() + 2.0 * costs.hop) / number(slots) * 100.0;
    let (middle, p99) = (outcome.middle * 1e3, outcome.p99 * 1e3);
    let _ = writeln!(
        out,
        "| {rate} | {} | {streams} | {cpus} | {slots} | {nodes} | {busy:.0} % | {middle:.1} / {p99:.1} ms |",
        bodies.name()
    );
}

/// The smallest configuration that keeps up, and in which 99 of 100 calls wait no longer than most bodies take.
fn smallest(rate: f64, bodies: Bodies, costs: &Costs) -> (Setup, Outcome) {
    let streams = up(rate * costs.ticket / USED);
    let needed = rate * (bodies.mean() + 2.0 * costs.hop);
    let mut slots = up(needed / MOST_BUSY).max(streams);
    loop {
        let setup = Setup {
            rate,
            bodies,
            streams,
            slots,
        };
        let outcome = simulate(setup, costs);
        if outcome.p99 <= SHORT {
            return (setup, outcome);
        }
        slots += (slots / 20).max(1);
    }
}

/// Simulates calls, and returns how long they wait until their bodies start.
fn simulate(setup: Setup, costs: &Costs) -> Outcome {
    let mut rng = Rng::with_seed(7);
    let mut streams: Vec<_> = (0..setup.streams)
        .map(|stream| {
            Stream::new(
                setup.slots / setup.streams + usize::from(stream < setup.slots % setup.streams),
            )
        })
        .collect();
    let mut now = 0.0;
    let calls = CALLS.max(up(setup.rate * LASTING));
    let waited = (0..calls).map(|_| {
        now += -(1.0 - rng.f64()).ln() / setup.rate;
        let body = setup.bodies.one(&mut rng);
        let stream = rng.usize(..setup.streams);
        streams[stream].start(now, body, costs) - now
    });
    let mut waited: Vec<f64> = waited.skip(calls / 3).collect();
    waited.sort_by(f64::total_cmp);
    Outcome {
        middle: waited[waited.len() / 2],
        p99: waited[waited.len() * 99 / 100],
    }
}

/// A stream, and the slots that take calls from it.
struct Stream {
    free: f64,
    /// When each slot is free, the earliest first.
    slots: BinaryHeap<Reverse<Moment>>,
}

impl Stream {
    fn new(slots: usize) -> Self {
        Self {
            free: 0.0,
            slots: (0..slots.max(1)).map(|_| Reverse(Moment(0.0))).collect(),
        }
    }

    /// When the body of a call that arrives now starts.
    fn start(&mut self, now: f64, body: f64, costs: &Costs) -> f64 {
        let ticket = (now + costs.hop / 2.0).max(self.free);
        self.free = ticket + costs.ticket;
        let slot = self.slots.pop().map_or(0.0, |Reverse(Moment(free))| free);
        let taken = (self.free + costs.hop / 2.0).max(slot);
        // The claim goes to the caller, and the grant comes back.
        let start = taken + 2.0 * costs.hop;
        self.slots.push(Reverse(Moment(start + body)));
        start
    }
}

/// A time with an order, for the heap.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Moment(f64);

impl Eq for Moment {}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of machines are small and positive"
)]
fn up(number: f64) -> usize {
    (number.ceil() as usize).max(1)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of slots are far below 2^52"
)]
fn number(slots: usize) -> f64 {
    slots as f64
}
