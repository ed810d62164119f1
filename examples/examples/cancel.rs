//! Cancelling: a body that stops when nobody waits for its result.
//!
//! `cargo run --example cancel`

use std::sync::{Arc, Mutex, mpsc};
use std::{thread, time::Duration};

use tokio_offload::{Error, check_cancelled, offload, on_cancel};

/// Works in steps, and checks between them whether the caller has gone.
#[offload]
fn count_slowly(said: mpsc::Sender<String>) -> Result<u32, Error> {
    let also_said = said.clone();
    // Runs at once when the caller goes: the place to close a socket or to interrupt a query.
    on_cancel(move || {
        let _ = also_said.send("on_cancel: told".to_owned());
    })?;
    for step in 0..1000 {
        if let Err(cancelled) = check_cancelled() {
            let _ = said.send(format!("the body: {cancelled}"));
            return Err(cancelled);
        }
        if step == 0 {
            let _ = said.send("the body: counting".to_owned());
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(1000)
}

/// Waiting for what the bodies say blocks as well.
#[offload]
fn heard(lines: Arc<Mutex<mpsc::Receiver<String>>>) -> String {
    let lines = lines.lock().expect("nobody panics with it");
    lines.recv().expect("the body speaks")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    offload_examples::arguments::none();
    let (said, lines) = mpsc::channel();
    let lines = Arc::new(Mutex::new(lines));

    let call = count_slowly(said.clone()).start();
    println!("{}", heard(lines.clone()).await);
    drop(call); // the caller goes
    for _ in 0..2 {
        println!("{}", heard(lines.clone()).await);
    }

    // `cancel` asks the body to stop; its result can still be awaited.
    let call = count_slowly(said).start();
    println!("{}", heard(lines.clone()).await);
    call.cancel();
    println!("the call: {:?}", call.await);
}
