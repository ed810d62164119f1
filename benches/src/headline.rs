//! The first table and the picture: the default executor and `Pool::new`, compared with the best of all others.

use std::fmt::Write;

use offload_benches_common::{Spread, machine};

use crate::{
    chart::{dot, text},
    sample::Metric,
    table::{Line, Results, ratio},
    ways::Name,
};

/// The lines to show, and their descriptions.
const LINES: &[(&str, Metric, &str)] = &[
    ("seq", Metric::Wall, "one call after the other"),
    ("join_1k", Metric::Wall, "1000 at once, in one task"),
    ("spawn_1k", Metric::Wall, "1000 at once, in a task each"),
    ("loops/1usx10", Metric::Wall, "10 loops of 1 us"),
    ("loops/10usx100", Metric::Wall, "100 loops of 10 us"),
    ("submit", Metric::Wall, "a submission, mean"),
    ("submit", Metric::P50, "a submission, median"),
    ("submit", Metric::P99, "a submission, p99"),
    ("ping/10us", Metric::P50, "another task under load, median"),
    ("ping/10us", Metric::P99, "another task under load, p99"),
    ("first", Metric::Wall, "first call of a runtime"),
    (
        "cold_100x5ms",
        Metric::Wall,
        "100 sleepers on no threads yet",
    ),
    ("mem", Metric::Bytes, "bytes of a call that waits"),
    ("real/read_4kx64", Metric::Wall, "64 tasks that read files"),
    (
        "real/sqlite_pointx64",
        Metric::Wall,
        "64 tasks that ask SQLite",
    ),
];

/// Ours in the first table and the picture.
const OURS: [Name; 2] = [Name::Attribute, Name::Pool];

/// Whether the scenario of that name is in the first table.
pub(crate) fn has(scenario: &str) -> bool {
    LINES.iter().any(|line| line.0 == scenario)
}

/// One line: ours as ratios to the best of the others, which is named.
struct Row {
    about: &'static str,
    ours: Vec<Option<Spread>>,
    best: Name,
    figure: String,
}

fn rows(results: &Results) -> Vec<Row> {
    let lines = results.lines();
    let known = |name: &str, metric| {
        let mut lines = lines.iter();
        lines.find(|line| line.scenario == name && line.metric == metric)
    };
    let row = |(name, metric, about): &(&str, Metric, &'static str)| {
        let line = known(name, *metric)?;
        let best = best_of_others(line)?;
        Some(Row {
            about,
            ours: OURS.map(|way| line.ratios_to(way, best)).to_vec(),
            best,
            figure: metric.show(line.figures(best)?.mid),
        })
    };
    LINES.iter().filter_map(row).collect()
}

/// The way that is not ours with the lowest median, `spawn_blocking` among them.
fn best_of_others(line: &Line<'_>) -> Option<Name> {
    let others = Name::ALL.into_iter();
    let others = others.filter(|way| way.is_peer() || *way == Name::Raw);
    let medians = others.filter_map(|way| Some((way, line.ratios(way)?.mid)));
    let best = medians.min_by(|a, b| a.1.total_cmp(&b.1));
    best.map(|(way, _)| way)
}

/// Same-round ratios to the best of the others: median and quartiles. Below one is better than all of them.
pub(crate) fn table(results: &Results) -> String {
    let mut out = String::from("| ratio to the best peer |");
    for way in OURS {
        let _ = write!(out, " {} |", way.name());
    }
    out.push_str(" best peer |\n|---|---|---|---|\n");
    for row in rows(results) {
        let _ = write!(out, "| {} |", row.about);
        for spread in &row.ours {
            let cell = spread.map(|it| {
                let (low, mid, high) = (ratio(it.low), ratio(it.mid), ratio(it.high));
                format!("{mid} ({low}-{high})")
            });
            let _ = write!(out, " {} |", cell.unwrap_or_default());
        }
        let _ = writeln!(out, " {} {} |", row.best.name(), row.figure);
    }
    out
}

const ROW: f64 = 22.0;
const TOP: f64 = 74.0;
const LEFT: f64 = 220.0;
const RIGHT: f64 = 660.0;
/// The end of the scale. Values beyond are drawn there.
const END: f64 = 2.0;

fn place(ratio: f64) -> f64 {
    LEFT + ratio.clamp(0.0, END) / END * (RIGHT - LEFT)
}

/// Draws the same.
pub(crate) fn draw(results: &Results) -> String {
    let rows = rows(results);
    let bottom = rows.iter().fold(TOP, |y, _| y + ROW);
    let mut svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 860 {:.0}' font-family='sans-serif' font-size='12'>\n\
         <rect width='100%' height='100%' fill='white'/>\n",
        bottom + 14.0
    );
    head(&mut svg);
    grid(&mut svg, bottom);
    let mut y = TOP + ROW / 2.0;
    for row in &rows {
        draw_row(&mut svg, row, y);
        y += ROW;
    }
    svg.push_str("</svg>\n");
    svg
}

fn head(svg: &mut String) {
    let title = "Ratio to the best peer in the same run; left of 1 is better than all of them";
    text(svg, 10.0, 18.0, title);
    text(svg, 10.0, 36.0, &machine());
    for (way, x) in OURS.into_iter().zip([LEFT, LEFT + 120.0]) {
        dot(svg, x, 52.0, way);
        text(svg, x + 8.0, 56.0, way.name());
    }
}

fn grid(svg: &mut String, bottom: f64) {
    for (tick, color) in [
        ("0", "#ddd"),
        ("0.5", "#ddd"),
        ("1", "#777"),
        ("1.5", "#ddd"),
        ("2", "#ddd"),
    ] {
        let x = place(tick.parse().unwrap_or_default());
        let _ = writeln!(
            svg,
            "<line x1='{x:.1}' x2='{x:.1}' y1='{TOP}' y2='{bottom:.0}' stroke='{color}'/>"
        );
        text(svg, x - 8.0, TOP - 4.0, tick);
    }
}

fn draw_row(svg: &mut String, row: &Row, y: f64) {
    text(svg, 10.0, y + 4.0, row.about);
    for (nth, (way, spread)) in OURS.iter().zip(&row.ours).enumerate() {
        let Some(spread) = spread else { continue };
        let y = if nth == 0 { y - 4.0 } else { y + 4.0 };
        let (low, high) = (place(spread.low), place(spread.high));
        let _ = writeln!(
            svg,
            "<line x1='{low:.1}' x2='{high:.1}' y1='{y:.1}' y2='{y:.1}' stroke='#999'/>"
        );
        dot(svg, place(spread.mid), y, *way);
    }
    let best = format!("{} {}", row.best.name(), row.figure);
    text(svg, RIGHT + 16.0, y + 4.0, &best);
}
