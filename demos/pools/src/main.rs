//! A service with a pool for the CPU and a pool for the disk, and crowds of clients that ask for more than there is.
//!
//! ```text
//! cargo run --release -p pools                        # data of this repository, half a minute
//! cargo run --release -p pools -- --seconds 5 ~/Music # longer, on other data
//! ```
//!
//! Clients have blocks of data packed (compressed and hashed: CPU) or files copied and synced (disk). In some scenes
//! hundreds of clients want the one, the other or both, while two visitors look in on each pool now and then and a
//! clock on the runtime ticks every millisecond. Then the same crowds meet the same functions on plain `spawn_blocking`.
//!
//! Look at the two `static` pools, at `Request::ask` (refused at once, or waiting its turn), and in the output at the
//! visitors of the pool that has no crowd, at what "busy" costs, and at how many bodies ran for clients who had gone.

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
    path::Path,
    process::ExitCode,
    sync::Arc,
};

use command::Command;
use flate2::{Compression, write::GzEncoder};
use house::{AT_WORK, House, Stock};
use offload_examples::{
    say::{complain, path, say},
    scratch::Scratch,
};
use scene::Scene;
use sha2::{Digest as _, Sha256};
use tokio_offload::{Pool, is_cancelled, offload, run};

mod accounts;
mod clients;
mod command;
mod house;
mod report;
mod request;
mod scene;

/// For work that computes: as many threads as there are CPUs. More threads would only slow it down.
static CPU: Pool = Pool::new("cpu").queue_capacity(QUEUE);

/// For work that waits for the disk: more threads let the disk do several things at once.
static DISK: Pool = Pool::new("disk")
    .threads(DISK_THREADS)
    .queue_capacity(QUEUE);

/// How many calls may wait in each pool. A client waits for the whole queue, so it is short.
const QUEUE: usize = 16;
const DISK_THREADS: usize = 8;

/// Compresses and hashes a block, and says how small it became. What a call copies of its argument is the `Arc`.
#[offload(pool = CPU, blocking = pack_blocking)]
fn pack(block: &Arc<[u8]>) -> io::Result<usize> {
    let _working = AT_WORK.enter();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    let mut sha256 = Sha256::new();
    for part in block.chunks(4 * 1024) {
        // A client that has gone needs no answer. In the blocking version this is never true.
        if is_cancelled() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        gzip.write_all(part)?;
        sha256.update(part);
    }
    Ok(gzip.finish()?.len() + sha256.finalize().len())
}

/// Copies the beginning of a file, and waits until the disk has it.
#[offload(pool = DISK, blocking = copy_blocking)]
fn copy(from: &Path, to: &Path) -> io::Result<usize> {
    let _working = AT_WORK.enter();
    let mut data = Vec::new();
    File::open(from)?
        .take(house::BLOCK as u64)
        .read_to_end(&mut data)?;
    let mut copy = File::create(to)?;
    copy.write_all(&data)?;
    copy.sync_all()?;
    Ok(data.len())
}

/// Two workers for the clients and the clock; the pools have their own threads.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    serve().await.unwrap_or_else(|message| {
        complain("pools", message);
        ExitCode::from(2)
    })
}

async fn serve() -> Result<ExitCode, String> {
    let Some(command) = command::parse()? else {
        return Ok(ExitCode::SUCCESS);
    };
    let dir = &command.dir;
    let stock = Stock::load(dir)
        .await
        .map_err(|error| format!("{}: {error}", path(dir)))?;
    if stock.is_empty() {
        say(format_args!(
            "There is no data to work on under {}.",
            path(dir)
        ));
        return Ok(ExitCode::SUCCESS);
    }
    let store = run(Scratch::new)
        .await
        .map_err(|error| format!("no place for copies: {error}"))?;
    say(report::heading(&command, &stock));
    let house = Arc::new(House::new(stock, store.path()));
    play(&command, &house).await;
    Ok(ExitCode::SUCCESS)
}

async fn play(command: &Command, house: &Arc<House>) {
    say(report::live_header([CPU.name(), DISK.name()]));
    let mut pooled = Vec::new();
    for scene in Scene::POOLED {
        pooled.push(scene.play(command, house).await);
    }
    say(report::table("With the two pools:", &pooled));
    say(report::LEGEND);
    accounts::close(house.pack_request(), &pooled).await;
    let mut plain = Vec::new();
    for scene in Scene::PLAIN {
        plain.push(scene.play(command, house).await);
    }
    say(report::table(
        "The same functions on plain spawn_blocking, one pool without a limit on what waits:",
        &plain,
    ));
    say(report::picture(&pooled, &plain));
    say(report::conclusions(&pooled, &plain));
}
