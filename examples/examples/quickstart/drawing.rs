//! What the clock saw as an SVG picture: a row for each run, a bar for each part of its time, on a logarithmic scale.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io,
    path::Path,
    time::Duration,
};

use offload_examples::{picture::worst, say::path};

use crate::{measure::Run, report};

/// Whether a picture can be written into `file`. What was not there is not there afterwards: the program may be ended before it draws.
pub(crate) fn can_write(file: &Path) -> Result<(), String> {
    let opened = match File::options().write(true).open(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            File::create_new(file).and_then(|_| fs::remove_file(file))
        }
        opened => opened.map(drop),
    };
    opened.map_err(|error| why(file, &error))
}

/// Writes the picture of all runs into `file`.
pub(crate) fn write(file: &Path, runs: &[Run]) -> Result<(), String> {
    fs::write(file, draw(runs)).map_err(|error| why(file, &error))
}

fn why(file: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path(file))
}

/// Draws all runs, one below the other.
fn draw(runs: &[Run]) -> String {
    let mut svg = String::new();
    let mut top = HEAD;
    for run in runs {
        row(&mut svg, run, top);
        top += ROW;
    }
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {top}' font-family='sans-serif' font-size='13'>
<rect width='100%' height='100%' fill='#fff'/>
<text x='12' y='22'>How late a clock woke that is due every millisecond, while files are hashed on a runtime of two workers</text>
{svg}</svg>
"
    )
}

const WIDTH: u32 = 880;
const HEAD: u32 = 34;
const ROW: u32 = 84;
/// Where bars begin and end, from the left, and their height at the end of the scale.
const LEFT: f64 = 268.0;
const RIGHT: f64 = 868.0;
const HEIGHT: f64 = 66.0;
const COLUMNS: u32 = 128;
/// The scale, as powers of ten of a second.
const SCALE: (f64, f64) = (-3.5, 0.0);

fn row(svg: &mut String, run: &Run, top: u32) {
    let bottom = f64::from(top) + HEIGHT + 8.0;
    let [_, p99, max] = report::lateness(run);
    text(svg, 12.0, bottom - 30.0, report::name(run));
    text(
        svg,
        12.0,
        bottom - 12.0,
        &format!("p99 {p99} ms, max {max} ms"),
    );
    for limit in [1, 10, 100].map(Duration::from_millis) {
        let y = bottom - height(limit);
        let _ = writeln!(svg, "<path d='M{LEFT} {y:.1}H{RIGHT}' stroke='#ccc'/>");
        text(
            svg,
            LEFT - 44.0,
            y + 4.0,
            &format!("{} ms", limit.as_millis()),
        );
    }
    let width = (RIGHT - LEFT) / f64::from(COLUMNS);
    let mut bars = String::new();
    for (column, late) in (0u32..).zip(worst(&run.ticks, run.lasted, COLUMNS as usize)) {
        let Some(late) = late else { continue };
        let x = LEFT + width * (f64::from(column) + 0.5);
        let _ = write!(bars, "M{x:.1} {bottom}v-{:.1}", height(late));
    }
    let color = if run.blocks() { "#c03020" } else { "#1550c0" };
    let _ = writeln!(
        svg,
        "<path d='{bars}' stroke='{color}' stroke-width='{:.1}'/>",
        width - 0.8
    );
}

fn height(late: Duration) -> f64 {
    let (low, high) = SCALE;
    let power = late.as_secs_f64().max(1e-9).log10().clamp(low, high);
    (power - low) / (high - low) * HEIGHT
}

fn text(svg: &mut String, x: f64, y: f64, text: &str) {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(svg, "<text x='{x:.1}' y='{y:.1}'>{text}</text>");
}
