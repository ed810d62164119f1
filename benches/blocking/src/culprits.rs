//! Functions that block a worker until they are released. Most are inlined into the poll, which makes them harder to name.

#![allow(
    clippy::inline_always,
    reason = "what was inlined must be named too, whatever the compiler thinks of it"
)]

use std::{
    fs,
    hint::black_box,
    io::{Read, Write},
    os::{fd::OwnedFd, unix::net::UnixStream},
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::Duration,
};

use argon2::Argon2;
use nix::{sys::stat::Mode, unistd::mkfifo};
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::tables::Flavor;

/// The code that blocks a runtime of that kind, and the code that ends the block.
pub(crate) type Pair = (Box<dyn FnOnce(&Runtime, Flavor)>, Box<dyn FnOnce() + Send>);

/// A way to block, the function that does so, and whether it computes.
pub(crate) struct Culprit {
    pub(crate) what: &'static str,
    pub(crate) function: &'static str,
    pub(crate) computes: bool,
    pub(crate) pair: fn(&Path) -> Pair,
}

macro_rules! culprits {
    ($($what:literal $function:ident $computes:literal $pair:expr;)*) => {
        [$(Culprit {
            what: $what,
            function: stringify!($function),
            computes: $computes,
            pair: $pair,
        }),*]
    };
}

pub(crate) fn culprits() -> [Culprit; 12] {
    culprits! {
        "thread::sleep" sleeps false |_| pair(sleeps, || ());
        "read of a named pipe" reads_pipe false pipe;
        "a mutex that is held" locks false mutex;
        "mpsc recv" receives false channel;
        "read of a socket" reads_socket false socket;
        "write to a full socket" writes_socket false full_socket;
        "a program's output" runs_program false program;
        "a barrier" waits_at_barrier false barrier;
        "a database that is locked" asks_database false database;
        "block_on in a task" blocks_on false block_on;
        "a loop that computes" crunches true |_| computing(crunches);
        "argon2" hashes true |_| computing(hashes);
    }
}

fn pair(blocks: impl FnOnce() + Send + 'static, end: impl FnOnce() + Send + 'static) -> Pair {
    let run = |runtime: &Runtime, flavor| {
        let body = async move { blocks() };
        match flavor {
            Flavor::Several => runtime.block_on(runtime.spawn(body)).unwrap_or_default(),
            Flavor::Single => runtime.block_on(body),
        }
    };
    (Box::new(run), Box::new(end))
}

/// A sleep cannot be ended early, so it is long enough for a report on a busy machine. With optimisation the sleep is a tail call, and this
/// function has no frame.
#[inline(never)]
fn sleeps() {
    thread::sleep(Duration::from_secs(3));
}

fn pipe(place: &Path) -> Pair {
    let path = place.join("pipe");
    mkfifo(&path, Mode::S_IRWXU).expect("a pipe");
    let its = path.clone();
    pair(
        move || reads_pipe(&its),
        move || drop(fs::File::create(path)),
    )
}

#[inline(always)]
fn reads_pipe(path: &PathBuf) {
    fs::read(path).ok();
}

fn mutex(_: &Path) -> Pair {
    let lock = Arc::new(Mutex::new(0));
    let its = Arc::clone(&lock);
    let (end, ended) = mpsc::channel::<()>();
    let (tell, held) = mpsc::channel();
    let holder = thread::spawn(move || {
        let _held = lock.lock();
        tell.send(()).ok();
        ended.recv().ok();
    });
    held.recv().ok();
    pair(
        move || locks(&its),
        move || {
            drop(end);
            holder.join().ok();
        },
    )
}

#[inline(always)]
fn locks(lock: &Mutex<u8>) {
    if let Ok(mut value) = lock.lock() {
        *value += 1;
    }
}

fn channel(_: &Path) -> Pair {
    let (end, ended) = mpsc::channel::<()>();
    pair(move || receives(&ended), move || drop(end))
}

#[inline(always)]
fn receives(ended: &mpsc::Receiver<()>) {
    ended.recv().ok();
}

fn socket(_: &Path) -> Pair {
    let (ours, its) = UnixStream::pair().expect("a socket");
    pair(move || reads_socket(&its), move || drop(ours))
}

#[inline(always)]
fn reads_socket(mut socket: &UnixStream) {
    socket.read_exact(&mut [0; 8]).ok();
}

fn full_socket(_: &Path) -> Pair {
    let (ours, its) = UnixStream::pair().expect("a socket");
    pair(move || writes_socket(&its), move || drop(ours))
}

#[inline(always)]
fn writes_socket(mut socket: &UnixStream) {
    socket.write_all(&vec![0; 1 << 20]).ok();
}

fn program(_: &Path) -> Pair {
    let (ours, its) = UnixStream::pair().expect("a socket");
    pair(move || runs_program(its.into()), move || drop(ours))
}

#[inline(always)]
fn runs_program(input: OwnedFd) {
    Command::new("cat").stdin(input).output().ok();
}

fn barrier(_: &Path) -> Pair {
    let barrier = Arc::new(Barrier::new(2));
    let its = Arc::clone(&barrier);
    pair(
        move || waits_at_barrier(&its),
        move || waits_at_barrier(&barrier),
    )
}

#[inline(always)]
fn waits_at_barrier(barrier: &Barrier) {
    barrier.wait();
}

fn database(place: &Path) -> Pair {
    let path = place.join("database");
    let open = || Connection::open(&path).expect("a database");
    let (holder, its) = (open(), open());
    holder.execute_batch("BEGIN EXCLUSIVE").expect("a lock");
    its.busy_timeout(Duration::from_secs(60)).expect("a time");
    pair(
        move || asks_database(&its),
        move || {
            holder.execute_batch("ROLLBACK").ok();
        },
    )
}

#[inline(always)]
fn asks_database(database: &Connection) {
    database
        .execute_batch("CREATE TABLE visits (at INTEGER)")
        .ok();
}

fn block_on(_: &Path) -> Pair {
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    pair(move || blocks_on(ended), move || drop(end))
}

#[inline(always)]
fn blocks_on(ended: tokio::sync::oneshot::Receiver<()>) {
    futures::executor::block_on(ended).ok();
}

fn computing(computes: impl FnOnce(&AtomicBool) + Send + 'static) -> Pair {
    let end = Arc::new(AtomicBool::new(false));
    let its = Arc::clone(&end);
    pair(move || computes(&its), move || end.store(true, Relaxed))
}

fn crunches(end: &AtomicBool) {
    let mut sum = 0_u64;
    while !end.load(Relaxed) {
        sum = black_box(sum.wrapping_mul(31).wrapping_add(7));
    }
}

fn hashes(end: &AtomicBool) {
    while !end.load(Relaxed) {
        let mut hash = [0; 32];
        Argon2::default()
            .hash_password_into(b"password", b"salt and salt", &mut hash)
            .ok();
        black_box(hash);
    }
}

/// A folder that is removed at the end.
pub(crate) fn place() -> TempDir {
    TempDir::new().expect("a place for files")
}
