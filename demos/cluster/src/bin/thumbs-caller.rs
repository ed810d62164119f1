//! A caller: `NATS_URL=nats://host:4222 thumbs-caller photo.jpg ..` writes `photo.jpg.thumb.png` beside each picture.
//!
//! It calls `thumbnail` like any async function. The attribute in the library says where that runs.

#[cfg(target_os = "linux")]
#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::ffi::OsString;

    use tokio_offload_cluster::{Connect, connect, disconnect};

    let files: Vec<_> = std::env::args_os().skip(1).collect();
    let is_option = |file: &OsString| file.as_encoded_bytes().starts_with(b"-");
    if files.is_empty() || files.iter().any(is_option) {
        return Err("usage: thumbs-caller PICTURE..  (NATS_URL says where the server is)".into());
    }
    connect(Connect::from_env()).await?;
    for file in files {
        let picture = tokio_offload::run({
            let file = file.clone();
            move || std::fs::read(file)
        });
        let picture = picture.await?;
        let (small, _) = thumbs::thumbnail(&picture, 200).await?;
        let mut name = file.clone();
        name.push(".thumb.png");
        println!("{}: {} bytes", name.display(), small.len());
        tokio_offload::run(move || std::fs::write(name, small)).await?;
    }
    disconnect().await;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This package is built with worker processes, which are there on Linux alone.");
}
