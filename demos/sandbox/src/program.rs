//! The program: the service, its clients, and the check at the end that nothing is left.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use client::{Pinger, Upload};
use command::Command;
use decoders::{DECODERS, PROCESSES};
use files::File;
use offload_examples::say::{complain, path, say};
use tokio::net::TcpListener;
use tokio_offload::{WorkerStats, run as offloaded};

mod answer;
mod client;
mod command;
mod decode;
mod decoders;
mod files;
mod picture;
mod report;
mod service;

pub(crate) async fn run() -> ExitCode {
    match serve_and_upload().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            complain("sandbox", message);
            ExitCode::from(2)
        }
    }
}

/// Whether everything ended as it should.
async fn serve_and_upload() -> Result<bool, String> {
    let Some(Command { rounds, files: own }) = command::parse()? else {
        return Ok(true);
    };
    // Before anything else, so that a missing file is reported at once.
    let own = offloaded(move || {
        own.iter()
            .map(|file| read(file))
            .collect::<Result<Vec<_>, _>>()
    });
    let own = own.await?;
    let mut files = files::make().await;
    files.extend(own);
    say(report::heading(&files, rounds));
    say(report::WORKERS_SPEAK);
    let files = Arc::new(files);
    let ran = upload(&files, rounds).await?;
    say(report::uploads(&files, &ran.uploads));
    say(report::afterwards(&files, &ran.afterwards));
    say(report::pings(&ran.pings));
    say(report::workers(&ran.workers));
    say(report::WITHOUT);
    let unexpected = report::unexpected(&files, ran.uploads.iter().chain(&ran.afterwards));
    if !unexpected.is_empty() {
        say(&unexpected);
    }
    Ok(unexpected.is_empty() && ran.workers.left.is_empty())
}

/// What there is to tell.
struct Ran {
    uploads: Vec<Upload>,
    /// The good files once more.
    afterwards: Vec<Upload>,
    pings: Vec<Duration>,
    workers: Workers,
}

/// The worker processes, by their ids.
struct Workers {
    before: Vec<u32>,
    after: Vec<u32>,
    stats: WorkerStats,
    /// The workers that are still there although the pool is closed.
    left: Vec<u32>,
}

async fn upload(files: &Arc<Vec<File>>, rounds: usize) -> Result<Ran, String> {
    DECODERS.prewarm(PROCESSES).await.map_err(in_words)?;
    let before = DECODERS.pids();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let listener = listener.await.map_err(in_words)?;
    let service = listener.local_addr().map_err(in_words)?;
    let serving = tokio::spawn(service::serve(listener));
    let pinger = Pinger::start(service);

    let all = (0..rounds).flat_map(|_| 0..files.len());
    let uploads = client::upload(service, files, all)
        .await
        .map_err(in_words)?;
    let afterwards = good(service, files).await?;
    let pings = pinger.stop().await.map_err(in_words)?;
    serving.abort();

    let (after, stats) = (DECODERS.pids(), DECODERS.stats());
    DECODERS.close().await;
    let left = before
        .iter()
        .chain(&after)
        .copied()
        .filter(|pid| is_there(*pid));
    Ok(Ran {
        uploads,
        afterwards,
        pings,
        workers: Workers {
            left: left.collect(),
            before,
            after,
            stats,
        },
    })
}

/// Uploads those of which a picture should come.
async fn good(service: SocketAddr, files: &Arc<Vec<File>>) -> Result<Vec<Upload>, String> {
    let good = (0..files.len()).filter(|file| files[*file].is_good());
    client::upload(service, files, good).await.map_err(in_words)
}

fn is_there(pid: u32) -> bool {
    Path::new("/proc").join(pid.to_string()).exists()
}

/// A file of the user's: whatever comes of it is right.
fn read(file: &Path) -> Result<File, String> {
    let wrong = |error: &dyn fmt::Display| format!("{}: {error}", path(file));
    let bytes = std::fs::read(file).map_err(|error| wrong(&error))?;
    if bytes.len() > service::UPLOAD {
        return Err(wrong(&"too large for this service"));
    }
    let name = file.file_name().unwrap_or(file.as_os_str());
    Ok(File {
        // On one line, whatever it contains: the request has it in one, and so does the table.
        name: name.to_string_lossy().escape_debug().to_string(),
        what: "yours",
        bytes,
        expected: "",
    })
}

fn in_words(error: impl fmt::Display) -> String {
    error.to_string()
}
