//! A service with three faults: a watch tells each of them with its function and line.
//!
//! `cargo run -p with-features --example watch`

use std::{
    io,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::Duration,
};

use tokio_offload::{Blocked, BlockedHow, on_blocked};

/// How many faults have been reported. Each goes on until it is: on a busy machine the watch may look late.
static REPORTED: AtomicUsize = AtomicUsize::new(0);

fn read_config() {
    while REPORTED.load(Relaxed) < 1 {
        thread::sleep(Duration::from_millis(400)); // a slow disk
    }
}

fn ask_the_database(answer: &mpsc::Receiver<()>) {
    while REPORTED.load(Relaxed) < 2 {
        answer.recv_timeout(Duration::from_millis(400)).ok();
    }
}

fn count_visit(visits: &'static Mutex<u64>) {
    *visits.lock().unwrap() += 1; // somebody holds it for long
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> io::Result<()> {
    static VISITS: Mutex<u64> = Mutex::new(0);

    offload_examples::arguments::none();
    on_blocked(Duration::from_millis(100), |report: &Blocked| {
        if !matches!(report.how, BlockedHow::NotScheduled { .. }) {
            println!("{report}");
            REPORTED.fetch_add(1, Relaxed);
        }
    })?;

    tokio::spawn(async { read_config() }).await?;
    let (_database, answer) = mpsc::channel();
    tokio::spawn(async move { ask_the_database(&answer) }).await?;

    let held = VISITS.lock();
    let slow = tokio::spawn(async { count_visit(&VISITS) });
    while REPORTED.load(Relaxed) < 3 {
        thread::sleep(Duration::from_millis(10));
    }
    drop(held);
    Ok(slow.await?)
}
