//! What annotated functions cost to compile, against the same functions written by hand with `spawn_blocking`.
//!
//! Run it with `cargo bench -p offload-tests --bench compile_cost`.

mod functions;

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use functions::Style;

const FUNCTIONS: usize = 500;
const ROUNDS: usize = 11;

fn main() -> io::Result<()> {
    let measures = env::args().any(|argument| argument == "--bench");
    if !measures {
        // `cargo test` comes by here: show that the crates can be written, and leave the compiler alone.
        return Style::ALL
            .iter()
            .try_for_each(|style| write(*style, 5).map(drop));
    }
    let crates = Style::ALL.map(|style| write(style, FUNCTIONS).map(|dir| (style, dir)));
    let crates: Vec<_> = crates.into_iter().collect::<io::Result<_>>()?;
    for (_, dir) in &crates {
        // Dependencies are built here and never measured.
        check(dir)?;
    }
    let mut times = vec![Vec::new(); crates.len()];
    for round in 0..ROUNDS {
        for step in 0..crates.len() {
            // Each round starts with another crate, so that none always follows the same one.
            let index = (round + step) % crates.len();
            times[index].push(check(&crates[index].1)?);
        }
    }
    report(&crates, &mut times);
    Ok(())
}

/// Writes the crate of a style and gives its directory.
fn write(style: Style, count: usize) -> io::Result<PathBuf> {
    let dir = root().join(format!("{style:?}-{count}").to_lowercase());
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::create_dir_all(dir.join("src"))?;
    fs::write(
        dir.join("Cargo.toml"),
        style.manifest(&tests.join("../runtime")),
    )?;
    // The versions of the workspace, so that nothing is looked up.
    fs::copy(tests.join("../Cargo.lock"), dir.join("Cargo.lock"))?;
    fs::write(source(&dir), style.library(count))?;
    Ok(dir)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_cost")
}

fn source(dir: &Path) -> PathBuf {
    dir.join("src").join("lib.rs")
}

/// Checks a crate whose source has just been touched.
fn check(dir: &Path) -> io::Result<Duration> {
    let text = fs::read(source(dir))?;
    fs::write(source(dir), text)?;
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["check", "--quiet", "--offline"])
        .current_dir(dir)
        .env("CARGO_TARGET_DIR", root().join("target"))
        // What an unchanged function saves is not the question.
        .env("CARGO_INCREMENTAL", "0");
    let start = Instant::now();
    let status = cargo.status()?;
    let time = start.elapsed();
    if status.success() {
        Ok(time)
    } else {
        Err(io::Error::other(format!(
            "{} does not compile",
            dir.display()
        )))
    }
}

fn report(crates: &[(Style, PathBuf)], times: &mut [Vec<Duration>]) {
    println!("cargo check of {FUNCTIONS} functions, {ROUNDS} interleaved rounds, seconds");
    println!("{:<12} {:>7} {:>16}", "", "median", "fastest-slowest");
    for ((style, _), times) in crates.iter().zip(times.iter_mut()) {
        times.sort();
        let (first, last) = (times[0], times[times.len() - 1]);
        let [median, first, last] = [median(times), first, last].map(|time| time.as_secs_f64());
        println!(
            "{:<12} {median:>7.2} {:>16}",
            format!("{style:?}"),
            format!("{first:.2}-{last:.2}")
        );
    }
    let of = |style| {
        let mut found = crates.iter().zip(times.iter());
        let times = found.find_map(|((one, _), times)| (*one == style).then_some(times));
        times.map_or(0.0, |times| median(times).as_secs_f64())
    };
    let (plain, by_hand, annotated) = (of(Style::Plain), of(Style::ByHand), of(Style::Annotated));
    println!("annotated / by hand: {:.2}", annotated / by_hand);
    let functions = f64::from(u32::try_from(FUNCTIONS).unwrap_or(u32::MAX));
    println!(
        "for each function, beyond the plain one: annotated {:.2} ms, by hand {:.2} ms",
        (annotated - plain) * 1000.0 / functions,
        (by_hand - plain) * 1000.0 / functions
    );
}

/// Of sorted times.
fn median(times: &[Duration]) -> Duration {
    times[times.len() / 2]
}
