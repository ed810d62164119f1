//! Bodies that may crash, hang or eat memory, in processes of their own. Feature `process`, on Linux.
//!
//! `cargo run -p with-features --example processes`

#[cfg(target_os = "linux")]
mod program {
    use std::time::Duration;

    use tokio_offload::{Error, Workers, offload};

    /// Two processes, each this very program. A call that takes longer than the limit has its process killed.
    static DECODER: Workers = Workers::new("decoder")
        .processes(2)
        .timeout(Duration::from_millis(700));

    /// serde encodes arguments and results. `Error` says how a process failed.
    #[offload(remote = DECODER)]
    fn decode(file: &str) -> Result<usize, Error> {
        match file {
            "crash" => std::process::abort(),
            "hang" => loop {
                std::thread::park();
            },
            "panic" => panic!("unexpected byte"),
            _ => Ok(file.len()),
        }
    }

    pub(crate) async fn run() {
        for file in ["picture", "crash", "hang", "panic", "another picture"] {
            match decode(file).await {
                Ok(size) => println!("{file}: {size} bytes"),
                Err(error) => println!("{file}: {error}"),
            }
        }
        DECODER.close().await;
    }
}

// The program is started again for each worker, and then nothing of this `main` runs.
#[cfg(target_os = "linux")]
#[tokio_offload::main]
#[tokio::main(flavor = "current_thread")]
async fn main() {
    offload_examples::arguments::none();
    program::run().await;
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("worker processes need Linux");
}
