//! A service with three faults: a watch tells each of them with its function and line.
//!
//! `cargo run -p with-features --example watch`

use std::{
    io,
    sync::{Mutex, mpsc},
    thread,
    time::Duration,
};

use tokio_offload::{Blocked, on_blocked};

fn read_config() {
    thread::sleep(Duration::from_millis(400)); // a slow disk
}

fn ask_the_database(answer: &mpsc::Receiver<()>) {
    answer.recv_timeout(Duration::from_millis(400)).ok();
}

fn count_visit(visits: &'static Mutex<u64>) {
    *visits.lock().unwrap() += 1; // somebody holds it for long
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> io::Result<()> {
    static VISITS: Mutex<u64> = Mutex::new(0);

    offload_examples::arguments::none();
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    on_blocked(Duration::from_millis(100), move |report: &Blocked| {
        tell.send(report.to_string()).ok();
    })?;

    tokio::spawn(async { read_config() }).await?;
    println!("{}", told.recv().await.unwrap_or_default());

    let (_database, answer) = mpsc::channel();
    tokio::spawn(async move { ask_the_database(&answer) }).await?;
    println!("{}", told.recv().await.unwrap_or_default());

    let slow = thread::spawn(|| {
        let _held = VISITS.lock();
        thread::sleep(Duration::from_millis(800));
    });
    thread::sleep(Duration::from_millis(50));
    tokio::spawn(async { count_visit(&VISITS) }).await?;
    println!("{}", told.recv().await.unwrap_or_default());
    slow.join().ok();
    Ok(())
}
