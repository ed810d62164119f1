//! A whole `impl` block with one attribute, and the blocking versions beside it.
//!
//! `cargo run --example blocks`

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use offload_examples::scratch::Scratch;
use tokio_offload::{Pool, offload};

static DISK: Pool = Pool::new("disk").threads(2);

/// Texts in a directory, each in a file.
#[derive(Clone)]
struct Texts {
    dir: PathBuf,
}

/// Every method is asynchronous, and there once more as `NAME_blocking`.
#[offload(pool = DISK, blocking = _blocking)]
impl Texts {
    fn open(dir: &Path) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        Ok(Self {
            dir: dir.to_owned(),
        })
    }

    fn save(&self, name: &str, text: &str) -> io::Result<()> {
        fs::write(self.dir.join(name), text)
    }

    fn load(&self, name: &str) -> io::Result<String> {
        // offload-lint: allow(fs): the blocking version is called to show that it is there.
        fs::read_to_string(self.dir.join(name))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    offload_examples::arguments::none();
    let scratch = Scratch::new()?;
    let texts = Texts::open(&scratch.path().join("texts")).await?;
    texts.save("note", "remember the milk").await?;
    println!("asynchronous: {}", texts.load("note").await?);
    println!("blocking: {}", texts.load_blocking("note")?);
    Ok(())
}
