//! The table of ratios as a picture: one row for each line, a logarithmic scale, lower is better.

use std::fmt::Write;

use offload_benches_common::machine;

use crate::{
    sample::Metric,
    table::{Line, Results},
    ways::Name,
};

const ROW: f64 = 18.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 860.0;
const TOP: f64 = 76.0;

/// The ends of the scale, as powers of ten. Values beyond are drawn at the end.
const SCALE: (f64, f64) = (-3.0, 0.5);

/// Draws all lines about time, and those that have a target.
pub(crate) fn draw(results: &Results) -> String {
    let mut lines = results.lines();
    lines.retain(|line| line.metric == Metric::Wall || line.target().is_some());
    let bottom = lines.iter().fold(TOP, |y, _| y + ROW);
    let mut svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 880 {:.0}' font-family='sans-serif' font-size='11'>\n\
         <rect width='100%' height='100%' fill='white'/>\n",
        bottom + 20.0
    );
    head(&mut svg);
    grid(&mut svg, bottom);
    let mut y = TOP;
    for line in &lines {
        row(&mut svg, line, y + ROW / 2.0);
        y += ROW;
    }
    svg.push_str("</svg>\n");
    svg
}

fn head(svg: &mut String) {
    text(
        svg,
        10.0,
        18.0,
        "Ratio to spawn_blocking in the same run; left is better",
    );
    text(svg, 10.0, 34.0, &machine());
    let mut x = 10.0;
    for (name, label) in LEGEND {
        dot(svg, x, 50.0, *name);
        text(svg, x + 8.0, 54.0, label);
        x += 112.0;
    }
    mark(svg, x, 50.0, "#2a2");
    text(svg, x + 8.0, 54.0, "goal");
    mark(svg, x + 60.0, 50.0, "#d22");
    text(svg, x + 68.0, 54.0, "gate");
}

const LEGEND: &[(Name, &str)] = &[
    (Name::Ours, "run"),
    (Name::Pool, "Pool::new"),
    (Name::Shared, "Pool::shared"),
    (Name::Rayon, "Rayon"),
    (Name::Blocking, "other crates"),
    (Name::Direct, "direct call"),
];

fn grid(svg: &mut String, bottom: f64) {
    for (ratio, label) in [(0.001, "0.001"), (0.01, "0.01"), (0.1, "0.1"), (1.0, "1")] {
        let x = place(ratio);
        let _ = writeln!(
            svg,
            "<line x1='{x:.1}' x2='{x:.1}' y1='{TOP}' y2='{bottom:.0}' stroke='#ddd'/>"
        );
        text(svg, x - 8.0, TOP - 6.0, label);
    }
}

fn row(svg: &mut String, line: &Line<'_>, y: f64) {
    let label = format!("{} {}", line.scenario, line.metric.name());
    text(svg, 10.0, y + 4.0, &label);
    for way in Name::ALL.into_iter().rev() {
        if matches!(way, Name::Raw | Name::Attribute) {
            continue;
        }
        if let Some(spread) = line.ratios(way) {
            if way == Name::Ours {
                whisker(svg, place(spread.low), place(spread.high), y);
            }
            dot(svg, place(spread.mid), y, way);
        }
    }
    if let Some(target) = line.target() {
        mark(svg, place(target.goal), y, "#2a2");
        mark(svg, place(target.gate), y, "#d22");
    }
}

fn place(ratio: f64) -> f64 {
    let (low, high) = SCALE;
    let power = ratio.max(1e-9).log10().clamp(low, high);
    LEFT + (power - low) / (high - low) * (RIGHT - LEFT)
}

const fn color(way: Name) -> &'static str {
    match way {
        Name::Ours | Name::Attribute => "#1550c0",
        Name::Pool => "#e07000",
        Name::Shared => "#8a3fc0",
        Name::Rayon => "#0a9090",
        Name::Direct => "none",
        _ => "#aaa",
    }
}

pub(crate) fn dot(svg: &mut String, x: f64, y: f64, way: Name) {
    let radius = if way.is_ours() { 4 } else { 3 };
    let _ = writeln!(
        svg,
        "<circle cx='{x:.1}' cy='{y:.1}' r='{radius}' fill='{}' stroke='{}'><title>{}</title></circle>",
        color(way),
        if way == Name::Direct { "#777" } else { "none" },
        way.name()
    );
}

fn whisker(svg: &mut String, low: f64, high: f64, y: f64) {
    let _ = writeln!(
        svg,
        "<line x1='{low:.1}' x2='{high:.1}' y1='{y:.1}' y2='{y:.1}' stroke='#1550c0'/>"
    );
}

fn mark(svg: &mut String, x: f64, y: f64, color: &str) {
    let (top, bottom) = (y - 7.0, y + 7.0);
    let _ = writeln!(
        svg,
        "<line x1='{x:.1}' x2='{x:.1}' y1='{top:.1}' y2='{bottom:.1}' stroke='{color}' stroke-width='2'/>"
    );
}

pub(crate) fn text(svg: &mut String, x: f64, y: f64, text: &str) {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(svg, "<text x='{x:.1}' y='{y:.1}'>{text}</text>");
}
