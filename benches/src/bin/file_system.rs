//! The demo `fs` beside `tokio::fs`: small and large files, many at once, a walk through directories; in turns.
//!
//! Each way has its own runtime, as in a program that uses only one of them, so neither can use the threads of the other.
//!
//! `cargo run --release -p offload-benches --bin file_system`, with a part of the name of a job to run only that

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use futures_util::future::try_join_all;
use lexopt::{
    Arg::{Long, Short, Value},
    ValueExt as _,
};
use offload_examples::say::{complain, say};
use offload_fs as ours;
use tempfile::TempDir;
use tokio::{
    fs as tokios,
    io::{AsyncReadExt, AsyncWriteExt},
    runtime::{Builder, Runtime},
};

/// Rounds of each job and way; the first of each does not count.
const ROUNDS: usize = 101;
const SMALL: usize = 256;
const SMALL_SIZE: usize = 4096;
const LARGE: usize = 8 << 20;
const PIECE: usize = 64 << 10;

/// The jobs for one of the two modules, whose names are the same.
macro_rules! jobs {
    ($way:ident, $fs:ident) => {
        mod $way {
            use super::{
                AsyncReadExt, AsyncWriteExt, LARGE, PIECE, Path, SMALL_SIZE, io, small,
                try_join_all, $fs,
            };

            pub(super) async fn job(name: &str, dir: &Path) -> io::Result<usize> {
                match name {
                    "small files, one by one" => {
                        let mut bytes = 0;
                        for path in small(dir) {
                            bytes += $fs::read(&path).await?.len();
                        }
                        Ok(bytes)
                    }
                    "small files, all at once" => {
                        let calls = small(dir).into_iter().map(|path| $fs::read(path));
                        Ok(try_join_all(calls).await?.iter().map(Vec::len).sum())
                    }
                    "a large file, whole" => Ok($fs::read(dir.join("large")).await?.len()),
                    "a large file, by 64 KiB" => pieces(dir).await,
                    "writes, one by one" => {
                        for path in small(dir) {
                            $fs::write(&path, [7; SMALL_SIZE]).await?;
                        }
                        Ok(0)
                    }
                    "writes, all at once" => {
                        let calls = small(dir)
                            .into_iter()
                            .map(|path| $fs::write(path, [7; SMALL_SIZE]));
                        Ok(try_join_all(calls).await?.len())
                    }
                    "a large write, by 64 KiB" => write_pieces(dir).await,
                    _ => walk(dir).await,
                }
            }

            async fn pieces(dir: &Path) -> io::Result<usize> {
                let mut file = $fs::File::open(dir.join("large")).await?;
                let (mut piece, mut bytes) = (vec![0; PIECE], 0);
                loop {
                    match file.read(&mut piece).await? {
                        0 => return Ok(bytes),
                        read => bytes += read,
                    }
                }
            }

            async fn write_pieces(dir: &Path) -> io::Result<usize> {
                let mut file = $fs::File::create(dir.join("written")).await?;
                let piece = vec![7; PIECE];
                for _ in 0..LARGE / PIECE {
                    file.write_all(&piece).await?;
                }
                file.flush().await?;
                Ok(LARGE)
            }

            async fn walk(dir: &Path) -> io::Result<usize> {
                let (mut left, mut found) = (vec![dir.to_owned()], 0);
                while let Some(dir) = left.pop() {
                    let mut entries = $fs::read_dir(&dir).await?;
                    while let Some(entry) = entries.next_entry().await? {
                        found += 1;
                        if entry.file_type().await?.is_dir() {
                            left.push(entry.path());
                        }
                    }
                }
                Ok(found)
            }
        }
    };
}

jobs!(with_offload, ours);
jobs!(with_tokio, tokios);

const JOBS: [&str; 8] = [
    "small files, one by one",
    "small files, all at once",
    "a large file, whole",
    "a large file, by 64 KiB",
    "writes, one by one",
    "writes, all at once",
    "a large write, by 64 KiB",
    "a walk",
];

fn small(dir: &Path) -> Vec<PathBuf> {
    let name = |number| dir.join(format!("{}/{number}", number % 8));
    (0..SMALL).map(name).collect()
}

fn files() -> io::Result<TempDir> {
    let dir = TempDir::new()?;
    for number in 0..8 {
        std::fs::create_dir(dir.path().join(number.to_string()))?;
    }
    for path in small(dir.path()) {
        std::fs::write(path, [7; SMALL_SIZE])?;
    }
    std::fs::write(dir.path().join("large"), vec![7; LARGE])?;
    Ok(dir)
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
}

const USAGE: &str = "\
usage: file_system [JOB]
  Compares the demo `fs` with `tokio::fs`.
  JOB  a part of the names of the jobs to run; all if left out";

/// A part of the names of the jobs to run. `None` if help was asked for.
fn wanted() -> Result<Option<String>, lexopt::Error> {
    let mut only = None;
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(None),
            Value(job) if only.is_none() => {
                let job = job.string()?;
                if !JOBS.iter().any(|known| known.contains(&job)) {
                    return Err(format!("no job has {job:?} in its name").into());
                }
                only = Some(job);
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(only.unwrap_or_default()))
}

fn main() -> io::Result<ExitCode> {
    let only = match wanted() {
        Ok(Some(job)) => job,
        Ok(None) => {
            say(USAGE);
            return Ok(ExitCode::SUCCESS);
        }
        Err(error) => {
            complain("file_system", format_args!("{error}\n{USAGE}"));
            return Ok(ExitCode::from(2));
        }
    };
    let dir = files()?;
    let runtimes = [runtime()?, runtime()?];
    println!(
        "{:<26} {:>12} {:>12} {:>8}",
        "", "offload us", "tokio us", "ratio"
    );
    for job in JOBS.into_iter().filter(|job| job.contains(&only)) {
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..ROUNDS {
            // Each way is first in every other round.
            let mut found = [0; 2];
            for turn in [round % 2, 1 - round % 2] {
                let start = Instant::now();
                found[turn] = runtimes[turn].block_on(async {
                    match turn {
                        0 => with_offload::job(job, dir.path()).await,
                        _ => with_tokio::job(job, dir.path()).await,
                    }
                })?;
                times[turn].push(start.elapsed().as_secs_f64() * 1e6);
            }
            assert_eq!(found[0], found[1], "both ways find the same");
        }
        let [mut offload, mut tokio] = times;
        print_row(job, &mut offload[1..], &mut tokio[1..]);
    }
    Ok(ExitCode::SUCCESS)
}

/// The medians, and the median of the ratios of neighbouring rounds: below 1 the attribute is faster.
fn print_row(job: &str, offload: &mut [f64], tokio: &mut [f64]) {
    let pairs = offload.iter().zip(tokio.iter());
    let mut ratios: Vec<_> = pairs.map(|(ours, tokios)| ours / tokios).collect();
    println!(
        "{job:<26} {:>12.0} {:>12.0} {:>8.2}",
        median(offload),
        median(tokio),
        median(&mut ratios)
    );
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
