//! The measurements, as tables in Markdown.

use std::{collections::BTreeMap, fmt::Write, time::Duration};

use offload_benches_common::{Spread, machine};

use crate::{
    scenario::{ALL, SLOTS, Scenario, Work},
    way::{Figure, Name},
};

/// The measurements.
#[derive(Default)]
pub(crate) struct Results {
    figures: BTreeMap<(&'static str, Name, usize), Figure>,
    cpu: BTreeMap<(&'static str, Name), Cpu>,
}

/// The CPU time of the calls, in hundredths of a second.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cpu {
    pub(crate) server: u64,
    pub(crate) caller: u64,
    pub(crate) calls: u64,
}

/// Selects a figure of a measurement.
type Which = fn(&Figure) -> Option<Duration>;

fn middle(figure: &Figure) -> Option<Duration> {
    figure.middle
}

fn p99(figure: &Figure) -> Option<Duration> {
    figure.p99
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of the two above")]
fn each(figure: &Figure) -> Option<Duration> {
    Some(figure.each)
}

impl Results {
    pub(crate) fn add(&mut self, at: (&'static str, Name, usize), figure: Figure) {
        self.figures.insert(at, figure);
    }

    pub(crate) fn add_cpu(&mut self, at: (&'static str, Name), cpu: Cpu) {
        let all = self.cpu.entry(at).or_default();
        all.server += cpu.server;
        all.caller += cpu.caller;
        all.calls += cpu.calls;
    }

    fn of(&self, scenario: &Scenario, way: Name, which: Which) -> BTreeMap<usize, f64> {
        let all = self.figures.iter();
        all.filter(|((name, by, _), _)| *name == scenario.name && *by == way)
            .filter_map(|((_, _, round), figure)| Some((*round, which(figure)?.as_secs_f64())))
            .collect()
    }

    fn time(&self, scenario: &Scenario, way: Name, which: Which) -> Option<f64> {
        Spread::of(self.of(scenario, way, which).into_values()).map(|spread| spread.mid)
    }

    /// The ratios of two ways, each of figures from the same round.
    fn ratio(&self, scenario: &Scenario, way: Name, to: Name, which: Which) -> Option<Spread> {
        let others = self.of(scenario, to, which);
        let ratios = self.of(scenario, way, which).into_iter();
        Spread::of(ratios.filter_map(|(round, time)| Some(time / others.get(&round)?)))
    }

    fn rounds(&self) -> usize {
        let last = self.figures.keys().map(|(_, _, round)| *round).max();
        last.map_or(0, |last| last + 1)
    }

    fn measured(&self) -> impl Iterator<Item = &'static Scenario> {
        let is_there = |scenario: &&Scenario| {
            let mut names = self.figures.keys().map(|(name, ..)| *name);
            names.any(|name| name == scenario.name)
        };
        ALL.iter().filter(is_there)
    }

    fn ways(&self) -> Vec<Name> {
        let is_there = |way: &Name| self.figures.keys().any(|(_, by, _)| by == way);
        Name::ALL.into_iter().filter(is_there).collect()
    }
}

/// The machine, and the tables.
pub(crate) fn print(results: &Results) -> String {
    let mut out = format!("{}, {} rounds\n\n", machine(), results.rounds());
    times(&mut out, results);
    out.push('\n');
    ratios(&mut out, results);
    out.push('\n');
    cpu(&mut out, results);
    out
}

fn titles(out: &mut String, first: &str, titles: impl IntoIterator<Item = String>) {
    let _ = write!(out, "| {first} |");
    let mut rule = "|---|".to_owned();
    for title in titles {
        let _ = write!(out, " {title} |");
        rule.push_str("---|");
    }
    let _ = writeln!(out, "\n{rule}");
}

fn row(out: &mut String, first: &str, cells: impl IntoIterator<Item = Option<String>>) {
    let _ = write!(out, "| {first} |");
    for cell in cells {
        let _ = write!(out, " {} |", cell.unwrap_or_default());
    }
    out.push('\n');
}

/// Times of single calls, and calls per second if they overlap.
fn times(out: &mut String, results: &Results) {
    let ways = results.ways();
    titles(out, "call", ways.iter().map(|way| way.name().to_owned()));
    for scenario in results.measured() {
        let cells = ways.iter().map(|way| {
            let time = |which| results.time(scenario, *way, which);
            if is_latency(scenario) {
                let (middle, p99) = (time(middle)?, time(p99)?);
                return Some(format!("{} / {}", show(middle), show(p99)));
            }
            Some(format!("{:.0} /s", 1.0 / time(each)?))
        });
        row(out, &label(scenario), cells);
    }
}

/// Whether the figure of a scenario is the time of a call, because calls do not overlap. Otherwise it is calls per second.
fn is_latency(scenario: &Scenario) -> bool {
    scenario.at_once == 1
}

fn label(scenario: &Scenario) -> String {
    if is_latency(scenario) {
        format!("{}, p50 / p99", scenario.name)
    } else {
        scenario.name.to_owned()
    }
}

/// The time of a call divided by the time of the other way, within the same round.
fn ratios(out: &mut String, results: &Results) {
    let others = results.ways();
    let others: Vec<_> = others
        .into_iter()
        .filter(|way| !matches!(way, Name::OnPool | Name::OnWorkers))
        .collect();
    let names = others.iter().map(|way| format!("to {}", way.name()));
    titles(out, "time of a call", names.chain(["goal".to_owned()]));
    for scenario in results.measured() {
        let which = if is_latency(scenario) { middle } else { each };
        for ours in [Name::OnPool, Name::OnWorkers] {
            let ratios = others.iter().map(|way| {
                let Spread { low, mid, high } = results.ratio(scenario, ours, *way, which)?;
                Some(format!("{mid:.3} ({low:.3}-{high:.3})"))
            });
            let goal = goal(results, scenario, ours);
            let name = format!("{}, {}", scenario.name, ours.name());
            row(out, &name, ratios.chain([Some(goal)]));
        }
    }
}

/// The target, and whether it was reached.
fn goal(results: &Results, scenario: &Scenario, ours: Name) -> String {
    let judge = |met: bool, what: &str| format!("{what} {}", if met { "ok" } else { "**missed**" });
    let which: Which = if is_latency(scenario) { middle } else { each };
    let to = |way| {
        let ratio = results.ratio(scenario, ours, way, which);
        ratio.map(|spread| spread.mid)
    };
    let mut goals = Vec::new();
    match (scenario.work, scenario.at_once) {
        // Workers have fewer than the 64 slots that the second of these needs.
        (Work::Nothing, 64) if ours == Name::OnWorkers => {}
        (Work::Nothing, 1 | 64) => {
            goals.extend(to(Name::JetStream).map(|ratio| judge(ratio <= 2.0, "2 of JetStream")));
            let peers = [Name::Celery, Name::Ray, Name::Dask];
            let others = peers.into_iter().filter_map(|way| Some((way, to(way)?)));
            goals.extend(others.map(|(way, ratio)| {
                let what = format!("a tenth of {}", way.name());
                judge(ratio <= 0.1, &what)
            }));
        }
        // The bare server has the same number of slots, and gives work to a free slot at once.
        (Work::Sleep(_), at_once) if at_once > 2 * SLOTS => {
            let share = to(Name::Nats).map(|ratio| 1.0 / ratio);
            goals.extend(share.map(|share| judge(share >= 0.97, "97 % of what slots allow")));
        }
        (Work::Sleep(_), _) => {
            let spread = results.ratio(scenario, ours, Name::JetStream, which);
            goals.extend(spread.map(|spread| judge(spread.low <= 1.0, "as JetStream")));
        }
        _ => {}
    }
    goals.join(", ")
}

/// The CPU time of calls that overlap.
fn cpu(out: &mut String, results: &Results) {
    titles(
        out,
        "CPU per call, us",
        ["nats-server", "caller"].map(str::to_owned),
    );
    for ((scenario, way), cpu) in &results.cpu {
        let is_ours = matches!(
            way,
            Name::Nats | Name::JetStream | Name::OnPool | Name::OnWorkers
        );
        if *scenario == "no-op, 64 at once" && is_ours {
            let per_call = |ticks: u64| Some((ticks * 10_000 / cpu.calls.max(1)).to_string());
            row(
                out,
                way.name(),
                [per_call(cpu.server), per_call(cpu.caller)],
            );
        }
    }
}

fn show(seconds: f64) -> String {
    match seconds {
        _ if seconds < 1e-3 => format!("{:.0} us", seconds * 1e6),
        _ => format!("{:.1} ms", seconds * 1e3),
    }
}
