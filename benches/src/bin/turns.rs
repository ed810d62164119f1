//! Levels and shares beside a pool in plain order: how soon calls start behind a backlog, and what that costs a call.
//!
//! `cargo run --release -p offload-benches --bin turns`

use std::{
    hint,
    process::ExitCode,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    time::{Duration, Instant},
};

use offload_examples::arguments::flags;
use tokio::runtime::Builder;
use tokio_offload::{Offload, Place, Pool, run_on};

const ROUNDS: usize = 11;
const THREADS: usize = 2;
const BACKLOG: usize = 10_000;
const BODY: Duration = Duration::from_micros(10);
/// The number of starts, and how many of the calls are the quiet tenant's.
const STARTS: usize = 1_000;

const USAGE: &str = "\
usage: turns
  Compares levels and shares with a pool in plain order: how soon calls start behind a backlog, and what that costs a call.";

fn main() -> ExitCode {
    if let Err(code) = flags("turns", USAGE, &[]) {
        return code;
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .expect("a runtime to start");
    let _entered = runtime.enter();
    println!("| | in plain order | with turns |");
    println!("|---|---|---|");
    let plain = median(|| behind_a_backlog(false));
    let high = median(|| behind_a_backlog(true));
    let (before, after) = (plain.started, high.started);
    println!(
        "| calls that start before one behind {BACKLOG} of 10 us: `high` behind `low` | {before} | {after} |"
    );
    let (before, after) = (plain.time.as_micros(), high.time.as_micros());
    println!("| how long it waits, us | {before} | {after} |");
    let (before, after) = (share_of_the_quiet(false), share_of_the_quiet(true));
    println!(
        "| of {STARTS} starts, those of a tenant with {STARTS} calls behind one with {BACKLOG}: `share` | {before} | {after} |"
    );
    let (before, after) = (median(|| cost(false)), median(|| cost(true)));
    println!(
        "| a no-op call through the backlog, ns | {} | {} |",
        before.time.as_nanos(),
        after.time.as_nanos()
    );
    ExitCode::SUCCESS
}

/// The figures of one round.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    time: Duration,
    started: usize,
}

fn median(mut round: impl FnMut() -> Found) -> Found {
    let mut all: Vec<_> = (0..ROUNDS).map(|_| round()).collect();
    all.sort_unstable();
    all[ROUNDS / 2]
}

/// A pool whose threads are occupied until this is dropped.
struct Held {
    pool: Pool,
    _keys: Vec<mpsc::Sender<()>>,
}

impl Held {
    fn new() -> Self {
        let pool = Pool::new("turns").threads(THREADS);
        let keys = (0..THREADS).map(|_| {
            let (key, lock) = mpsc::channel::<()>();
            let (tell, told) = mpsc::channel();
            let body = move || {
                let _ = tell.send(());
                let _ = lock.recv();
            };
            pool.run(body).detach();
            told.recv().expect("the body runs");
            key
        });
        let keys = keys.collect();
        Self { pool, _keys: keys }
    }
}

/// How long a call waits behind many others, and how many of them start before it.
fn behind_a_backlog(turns: bool) -> Found {
    let Held { pool, _keys: keys } = Held::new();
    let started = Arc::new(AtomicUsize::new(0));
    let body = || {
        let started = Arc::clone(&started);
        move || {
            started.fetch_add(1, SeqCst);
            spin();
        }
    };
    let backlog: Vec<_> = (0..BACKLOG)
        .map(|_| {
            if turns {
                start(pool.low(), body())
            } else {
                pool.run(body()).start()
            }
        })
        .collect();
    let last = {
        let started = Arc::clone(&started);
        move || (Instant::now(), started.load(SeqCst))
    };
    let call = if turns {
        start(pool.high(), last)
    } else {
        pool.run(last).start()
    };
    let released = Instant::now();
    drop(keys);
    let (began, started) = wait(call);
    drop(backlog);
    Found {
        time: began - released,
        started,
    }
}

/// How many of the first starts are those of the tenant that came last.
fn share_of_the_quiet(turns: bool) -> usize {
    let Held { pool, _keys: keys } = Held::new();
    let order = Arc::new(Mutex::new(Vec::new()));
    let call = |tenant: &'static str| {
        let order = Arc::clone(&order);
        let body = move || {
            order
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(tenant);
        };
        if turns {
            start(pool.share(tenant), body)
        } else {
            pool.run(body).start()
        }
    };
    let mut calls: Vec<_> = (0..BACKLOG).map(|_| call("noisy")).collect();
    calls.extend((0..STARTS).map(|_| call("quiet")));
    drop(keys);
    calls.into_iter().for_each(wait);
    let order = order.lock().unwrap_or_else(PoisonError::into_inner);
    order[..STARTS]
        .iter()
        .filter(|one| **one == "quiet")
        .count()
}

/// The cost of a call through a long queue, with one class or without.
fn cost(turns: bool) -> Found {
    let Held { pool, _keys: keys } = Held::new();
    let begun = Instant::now();
    let calls: Vec<_> = (0..BACKLOG)
        .map(|n| {
            if turns {
                start(pool.share(n % 8), || ())
            } else {
                pool.run(|| ()).start()
            }
        })
        .collect();
    drop(keys);
    calls.into_iter().for_each(wait);
    Found {
        time: begun.elapsed() / u32::try_from(BACKLOG).expect("not so many"),
        started: BACKLOG,
    }
}

fn start<R: Send + 'static>(
    place: impl Place,
    body: impl FnOnce() -> R + Send + 'static,
) -> Offload<R> {
    run_on(place, body).start()
}

fn spin() {
    let begun = Instant::now();
    while begun.elapsed() < BODY {
        hint::spin_loop();
    }
}

/// Waits on this thread, which is no worker.
fn wait<R>(call: Offload<R>) -> R {
    tokio::runtime::Handle::current().block_on(call)
}
