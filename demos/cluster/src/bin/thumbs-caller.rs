//! A caller: `NATS_URL=nats://host:4222 thumbs-caller photo.jpg ..` writes `photo.jpg.thumb.png` beside each picture.
//!
//! It calls `thumbnail` like any async function. The attribute in the library says where that runs.

#[cfg(target_os = "linux")]
mod caller {
    use std::{
        error::Error,
        ffi::{OsStr, OsString},
        fs::File,
        process::ExitCode,
    };

    use offload_examples::say::{complain, path};
    use tokio_offload::run;
    use tokio_offload_cluster::{Connect, connect, disconnect};

    pub(crate) async fn main() -> ExitCode {
        let files = match thumbs::words("thumbs-caller", super::USAGE, 1, usize::MAX) {
            Ok(files) => files,
            Err(code) => return code,
        };
        match thumbnails(files).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                complain("thumbs-caller", error);
                ExitCode::from(2)
            }
        }
    }

    async fn thumbnails(files: Vec<OsString>) -> Result<(), Box<dyn Error>> {
        let files = run(move || readable(files)).await?;
        connect(Connect::from_env()).await?;
        for file in &files {
            let made = thumbnail(file).await;
            made.map_err(|error| format!("{}: {error}", path(file.as_ref())))?;
        }
        disconnect().await;
        Ok(())
    }

    /// All of them, or what is wrong with the first that cannot be read: that is said before anything is done.
    fn readable(files: Vec<OsString>) -> Result<Vec<OsString>, String> {
        for file in &files {
            File::open(file).map_err(|error| format!("{}: {error}", path(file.as_ref())))?;
        }
        Ok(files)
    }

    async fn thumbnail(file: &OsStr) -> Result<(), Box<dyn Error>> {
        let picture = run({
            let file = file.to_owned();
            move || std::fs::read(file)
        });
        let picture = picture.await?;
        let (small, _) = thumbs::thumbnail(&picture, 200).await?;
        let mut name = file.to_owned();
        name.push(".thumb.png");
        println!("{}: {} bytes", name.display(), small.len());
        run(move || std::fs::write(name, small)).await?;
        Ok(())
    }
}

#[cfg(target_os = "linux")]
#[tokio::main(worker_threads = 2)]
async fn main() -> std::process::ExitCode {
    caller::main().await
}

#[cfg(target_os = "linux")]
const USAGE: &str = "\
Makes a thumbnail of each picture on a node, and writes it beside the picture.

usage: thumbs-caller PICTURE...
environment:
  NATS_URL  where the server is, as nats://host:4222";

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This package is built with worker processes, which are there on Linux alone.");
}
