//! The figures, as one table in Markdown.

use std::{collections::BTreeMap, fmt::Write};

use offload_benches_common::{Spread, machine};

use crate::{
    scenario::{ALL, PINNED, Scenario, Work},
    way::Name,
};

/// Times in nanoseconds by scenario, way and round.
#[derive(Default)]
pub(crate) struct Results(BTreeMap<(String, &'static str, usize), f64>);

impl Results {
    /// Takes a figure that a child printed.
    pub(crate) fn read(&mut self, line: &str) {
        let fields: Vec<&str> = line.split('\t').collect();
        if let [round, scenario, way, nanos] = fields[..]
            && let (Ok(round), Some(way)) = (round.parse(), Name::parse(way))
            && let Ok(nanos) = nanos.parse()
        {
            self.0
                .insert((scenario.to_owned(), way.name(), round), nanos);
        }
    }

    fn of(&self, scenario: &Scenario, way: Name) -> Vec<(usize, f64)> {
        let all = self.0.iter();
        all.filter(|((name, by, _), _)| name == scenario.name && *by == way.name())
            .map(|((_, _, round), nanos)| (*round, *nanos))
            .collect()
    }

    fn time(&self, scenario: &Scenario, way: Name) -> Option<f64> {
        let times = self.of(scenario, way);
        Spread::of(times.into_iter().map(|(_, nanos)| nanos)).map(|spread| spread.mid)
    }

    /// The ratios of two ways, each within one round.
    fn ratio(&self, scenario: &Scenario, way: Name, to: Name) -> Option<Spread> {
        let others: BTreeMap<usize, f64> = self.of(scenario, to).into_iter().collect();
        let ratios = self.of(scenario, way).into_iter();
        Spread::of(ratios.filter_map(|(round, nanos)| Some(nanos / others.get(&round)?)))
    }

    fn rounds(&self) -> usize {
        let last = self.0.keys().map(|(_, _, round)| *round).max();
        last.map_or(0, |last| last + 1)
    }
}

/// The machine, and the table.
pub(crate) fn print(results: &Results) -> String {
    let mut out = format!("{}, {} rounds\n\n", machine(), results.rounds());
    let ours = Name::Ours.name();
    let _ = write!(
        out,
        "| call | {ours} | to socket pair | to ProcessPoolExecutor | target |"
    );
    for way in others() {
        let _ = write!(out, " {} |", way.name());
    }
    out.push_str("\n|---|---|---|---|---|");
    others().for_each(|_| out.push_str("---|"));
    out.push('\n');
    for scenario in ALL.iter().chain(&PINNED) {
        if results.time(scenario, Name::Ours).is_some() {
            row(&mut out, results, scenario);
        }
    }
    out
}

fn others() -> impl Iterator<Item = Name> {
    Name::ALL.into_iter().filter(|way| *way != Name::Ours)
}

fn row(out: &mut String, results: &Results, scenario: &Scenario) {
    let time = |way| {
        let nanos = results.time(scenario, way);
        nanos.map_or_else(String::new, |nanos| show(scenario.work, nanos))
    };
    let ratio = |to| {
        let spread = results.ratio(scenario, Name::Ours, to);
        spread.map_or_else(String::new, |Spread { low, mid, high }| {
            format!("{mid:.3} ({low:.3}-{high:.3})")
        })
    };
    let (name, ours) = (scenario.name, time(Name::Ours));
    let (socket, executor) = (ratio(Name::Socket), ratio(Name::Executor));
    let target = target(results, scenario);
    let _ = write!(
        out,
        "| {name} | {ours} | {socket} | {executor} | {target} |"
    );
    for way in others() {
        let _ = write!(out, " {} |", time(way));
    }
    out.push('\n');
}

/// The target, and whether it was reached.
fn target(results: &Results, scenario: &Scenario) -> String {
    let ratio = |to| {
        results
            .ratio(scenario, Name::Ours, to)
            .map(|spread| spread.mid)
    };
    let time = results.time(scenario, Name::Ours);
    let judge = |met: bool, what: &str| format!("{what} {}", if met { "ok" } else { "**missed**" });
    match scenario.work {
        Work::Nothing => {
            let socket =
                ratio(Name::Socket).map(|ratio| judge(ratio <= 2.0, "2 of the socket pair"));
            let executor = ratio(Name::Executor)
                .map(|ratio| judge(ratio <= 0.125, "an eighth of ProcessPoolExecutor"));
            let both: Vec<String> = socket.into_iter().chain(executor).collect();
            both.join(", ")
        }
        Work::OneWay(bytes) if scenario.name == "one way 10 MiB" => {
            let met = time.is_some_and(|nanos| per_second(bytes, nanos) >= 2e9);
            judge(met, "2 GB/s")
        }
        _ => String::new(),
    }
}

/// A time, with the rate for calls that overlap or carry many bytes.
fn show(work: Work, nanos: f64) -> String {
    let time = match nanos {
        _ if nanos < 1e5 => format!("{:.1} us", nanos / 1e3),
        _ if nanos < 1e6 => format!("{:.0} us", nanos / 1e3),
        _ => format!("{:.2} ms", nanos / 1e6),
    };
    match work {
        Work::InFlight(_) => format!("{time} ({:.0} k/s)", 1e6 / nanos),
        Work::OneWay(bytes) => format!("{time} ({:.1} GB/s)", per_second(bytes, nanos) / 1e9),
        _ => time,
    }
}

fn per_second(bytes: usize, nanos: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
    let bytes = bytes as f64;
    bytes / nanos * 1e9
}
