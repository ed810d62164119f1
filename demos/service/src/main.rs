//! A web service whose handlers block, and a load test that shows what this costs the others.
//!
//! ```text
//! cargo run --release -p service                             # load it on loopback, both ways
//! cargo run --release -p service -- --serve 127.0.0.1:8080   # just serve, until Ctrl-C
//! ```
//!
//! Three endpoints do what no async function should: `/hash` computes Argon2, `/thumbnail` decodes a picture, `/visit` writes to
//! `SQLite`. A fourth, `/ping`, does nothing, and is what health checks and all other handlers stand for. The same load
//! comes twice: once the handlers call their blocking functions, once the offloaded ones.
//!
//! Look at `handlers.rs` (one line differs), at the attributes in `passwords.rs`, `thumbnails.rs` and `visits.rs`, at the end of
//! `serve` (nothing is lost on Ctrl-C), and in the output at the pings.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
    process::ExitCode,
};

use command::{Command, Task};
use load::Load;
use observed::Metrics;
use offload_examples::{
    say::{complain, say},
    scratch::Scratch,
};
use server::Server;
use tokio::runtime::{Builder, Runtime};
use tokio_offload::Pool;

mod client;
mod command;
mod failure;
mod handlers;
mod load;
mod observed;
mod passwords;
mod report;
mod server;
mod thumbnails;
mod visits;

/// Hashes and pictures: as many at once as there are CPUs, the others wait. If the queue is full, the client is told so.
static CPU: Pool = Pool::new("cpu").queue_capacity(256);

/// How the handlers call blocking functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Blocking,
    Offloaded,
}

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            complain("service", message);
            ExitCode::from(2)
        }
    }
}

fn start() -> Result<(), String> {
    let Some(command) = command::parse()? else {
        return Ok(());
    };
    observed::log(&command.task).map_err(in_words)?;
    let metrics = Metrics::install().map_err(in_words)?;
    // Two workers, whatever the machine has: then it does not depend on it how many blocking handlers stop everything.
    let service = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(in_words)?;
    let place = Scratch::new().map_err(|error| format!("no place for a database: {error}"))?;
    let database = place.path().join("visits.db");
    match command.task {
        Task::Serve(address) => service.block_on(serve(address, &database, metrics)),
        Task::Load => compare(&service, &command, &database, &metrics),
    }
}

/// Serves until Ctrl-C, then finishes the requests that have begun.
async fn serve(address: SocketAddr, database: &Path, metrics: Metrics) -> Result<(), String> {
    let server = Server::start(Way::Offloaded, address, database, metrics).await?;
    say(report::invitation(server.address()));
    tokio::signal::ctrl_c().await.map_err(in_words)?;
    server.stop().await?;
    // No handler is left that could make another call.
    CPU.close().await;
    say("All answered, database closed.");
    Ok(())
}

/// Puts the same load on the service both ways. The clients have a thread of their own, or blocked workers would hold them up
/// too, and nobody would see by how much.
fn compare(
    service: &Runtime,
    command: &Command,
    database: &Path,
    metrics: &Metrics,
) -> Result<(), String> {
    let clients = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(in_words)?;
    let picture = thumbnails::example().map_err(in_words)?;
    say(report::heading(command, picture.len()));
    let mut runs = Vec::new();
    for way in [None, Some(Way::Blocking), Some(Way::Offloaded)] {
        let start = Server::start(
            way.unwrap_or(Way::Offloaded),
            ANY_PORT,
            database,
            metrics.clone(),
        );
        let server = service.block_on(start)?;
        let load = Load::new(command, server.address(), picture.clone());
        runs.push(clients.block_on(load.run(way))?);
        service.block_on(server.stop())?;
    }
    say(report::table(&runs));
    say(report::picture(&runs));
    say(report::conclusion(&runs));
    say(report::metrics(&runs));
    Ok(())
}

/// Of this machine only.
const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

fn in_words(error: impl fmt::Display) -> String {
    error.to_string()
}
