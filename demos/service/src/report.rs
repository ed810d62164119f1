//! The words, the table and the picture that `service` prints.

use std::{fmt::Write as _, net::SocketAddr, time::Duration};

use offload_examples::{
    picture,
    spread::{Spread, millis},
    table::Table,
};

use crate::{
    Way,
    command::Command,
    load::{Endpoint, PERIOD, Run},
};

/// What there is to try.
pub(crate) fn invitation(address: SocketAddr) -> String {
    format!(
        "Serving on http://{address} until Ctrl-C. Try:
  curl http://{address}/ping
  curl -d 'a password' http://{address}/hash
  curl --data-binary @picture.jpg http://{address}/thumbnail > small.jpg
  curl -X POST http://{address}/visit/me
  curl http://{address}/metrics"
    )
}

/// Announces what will happen.
pub(crate) fn heading(command: &Command, picture: usize) -> String {
    let clients = Endpoint::ALL
        .map(|endpoint| format!("{} {}", endpoint.clients(), endpoint.path()))
        .join(", ");
    format!(
        "A service with 2 async workers. Clients ask for one thing after the other: {clients}
(a JPEG picture of {} KiB); for {:?} each way, or {} requests of each kind. Every {PERIOD:?} somebody pings.
",
        picture / 1024,
        command.lasting,
        command.requests
    )
}

/// How long answers took.
pub(crate) fn table(runs: &[Run]) -> String {
    let mut table = Table::new([
        "",
        "",
        "answers",
        "per second",
        "p50 ms",
        "p99 ms",
        "max ms",
    ])
    .flush_left(2);
    for run in runs {
        let pings = run.pings.iter().map(|ping| ping.late).collect();
        let heavy = Endpoint::ALL.iter().zip(&run.took);
        let rows = heavy.map(|(endpoint, took)| (endpoint.path(), took.clone()));
        let rows = [("/ping", pings)].into_iter().chain(rows);
        for (index, (path, took)) in rows.filter(|(_, took)| !took.is_empty()).enumerate() {
            let name = if index == 0 { name(run) } else { "" };
            table.row(
                [name.to_owned(), path.to_owned()]
                    .into_iter()
                    .chain(numbers(run, &took)),
            );
        }
    }
    format!("{table}\nA ping counts from the moment it was due.\n")
}

/// How long pings took, as time went by.
pub(crate) fn picture(runs: &[Run]) -> String {
    let mut text = String::from("The slowest ping in each part of the time of each way:\n");
    for run in runs {
        let row = picture::delays(&run.pings, run.lasted, COLUMNS);
        let _ = writeln!(text, "  {:<19} │{row}│", name(run));
    }
    let _ = writeln!(text, "  {}", picture::scale());
    text
}

/// The meaning of the numbers, in sentences.
pub(crate) fn conclusion(runs: &[Run]) -> String {
    let run = |way| runs.iter().find(|run| run.way == way);
    let [Some(alone), Some(blocking), Some(offloaded)] =
        [None, Some(Way::Blocking), Some(Way::Offloaded)].map(run)
    else {
        return String::new();
    };
    let [alone, beside, free] = [alone, blocking, offloaded].map(|run| {
        let took = run.pings.iter().map(|ping| ping.late);
        Spread::of(took).unwrap_or_default()
    });
    let mut text = format!(
        "Half of the pings took at most {} ms alone, {} ms beside handlers that block, {} ms beside the same
handlers offloaded; 99 of 100 at most {}, {} and {} ms.
",
        millis(alone.p50),
        millis(beside.p50),
        millis(free.p50),
        millis(alone.p99),
        millis(beside.p99),
        millis(free.p99),
    );
    let [hashes, _, visits] = [0, 1, 2].map(|kind| {
        let answers = |run: &Run| run.took[kind].len();
        (answers(blocking), answers(offloaded))
    });
    if hashes.1 < hashes.0 && visits.1 > 2 * visits.0 {
        text.push_str(
            "There are fewer hashes and thumbnails because visits no longer wait behind them, and want the CPU too.\n",
        );
    }
    text
}

/// What `/metrics` says of the pool after the last run, in part.
pub(crate) fn metrics(runs: &[Run]) -> String {
    let text = runs.last().map_or("", |run| run.metrics.as_str());
    let mut shown = String::from("From /metrics after that:\n");
    for line in text.lines().filter(|line| is_shown(line)) {
        let _ = writeln!(shown, "  {line}");
    }
    shown
}

/// Of the CPU pool what a graph would show.
fn is_shown(line: &str) -> bool {
    let value = |label: &str| {
        let (_, rest) = line.split_once(&format!("{label}=\""))?;
        rest.split('"').next()
    };
    value("pool") == Some("cpu")
        && !line.contains("_seconds_")
        && value("outcome").is_none_or(|outcome| ["done", "refused"].contains(&outcome))
        && value("quantile").is_none_or(|quantile| ["0.5", "0.99"].contains(&quantile))
}

const COLUMNS: usize = 60;

fn name(run: &Run) -> &'static str {
    match run.way {
        None => "pings alone",
        Some(Way::Blocking) => "blocking handlers",
        Some(Way::Offloaded) => "offloaded handlers",
    }
}

fn numbers(run: &Run, took: &[Duration]) -> Vec<String> {
    let count = u32::try_from(took.len()).unwrap_or(u32::MAX);
    let rate = f64::from(count) / run.lasted.as_secs_f64();
    let spread = Spread::of(took.iter().copied()).unwrap_or_default();
    let times = [spread.p50, spread.p99, spread.max].map(millis);
    [count.to_string(), format!("{rate:.0}")]
        .into_iter()
        .chain(times)
        .collect()
}
