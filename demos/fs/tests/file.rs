//! Compares the types of `offload_fs` with those of `tokio::fs`: the same steps, the same results.

use std::{
    io::{self, SeekFrom},
    path::Path,
    pin::Pin,
};

use offload_fs as fs;
use offload_limits::Seed;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt, AsyncWrite, AsyncWriteExt};

/// A step, and what it came to: a number, or the kind of the error.
type Told = Result<u64, io::ErrorKind>;

/// Does one step, chosen by `seed`, and tells what a user can see of it.
async fn step(
    file: &mut (impl AsyncRead + AsyncWrite + AsyncSeek + Unpin),
    seed: &mut Seed,
) -> Told {
    let size = seed.index(5000);
    let offset = i64::try_from(seed.below(9000)).unwrap() - 3000;
    let told = match seed.below(6) {
        0 => {
            let mut bytes = vec![0; size];
            let count = file.read(&mut bytes).await;
            count.map(|count| bytes[..count].iter().map(|byte| u64::from(*byte)).sum())
        }
        1 => file
            .write_all(&vec![offset.to_le_bytes()[0]; size])
            .await
            .map(|()| 0),
        2 => file.seek(SeekFrom::Current(offset)).await,
        3 => file.seek(SeekFrom::End(offset)).await,
        4 => file.seek(SeekFrom::Start(size as u64)).await,
        _ => file.flush().await.map(|()| 0),
    };
    told.map_err(|error| error.kind())
}

#[tokio::test]
async fn files_agree_after_any_steps() {
    let dir = TempDir::new().unwrap();
    for number in 0..30 {
        let paths = [dir.path().join("ours"), dir.path().join("tokios")];
        for path in &paths {
            std::fs::write(path, vec![3; 7000]).unwrap();
        }
        let mut options = fs::OpenOptions::new();
        let mut ours = options
            .read(true)
            .write(true)
            .open(&paths[0])
            .await
            .unwrap();
        let mut options = tokio::fs::OpenOptions::new();
        let mut tokios = options
            .read(true)
            .write(true)
            .open(&paths[1])
            .await
            .unwrap();
        ours.set_max_buf_size(1000);
        tokios.set_max_buf_size(1000);
        let (mut one, mut other) = (Seed::new(number), Seed::new(number));
        for count in 0..60 {
            let (told, expected) = (
                step(&mut ours, &mut one).await,
                step(&mut tokios, &mut other).await,
            );
            assert_eq!(told, expected, "step {count} of seed {number}");
            if count % 20 == 19 {
                // What was written may be on its way still, and would come before the cut or after it.
                let flushed = (ours.flush().await, tokios.flush().await);
                assert_eq!(flushed.0.is_ok(), flushed.1.is_ok());
                cut(&paths, number).await;
            }
        }
        ours.flush().await.unwrap();
        tokios.flush().await.unwrap();
        assert!(same(&paths), "seed {number}");
    }
}

/// `set_len` by another handle.
async fn cut(paths: &[std::path::PathBuf; 2], more: u64) {
    let mut options = fs::OpenOptions::new();
    let ours = options.write(true).open(&paths[0]).await.unwrap();
    ours.set_len(2000 + more).await.unwrap();
    let mut options = tokio::fs::OpenOptions::new();
    let tokios = options.write(true).open(&paths[1]).await.unwrap();
    tokios.set_len(2000 + more).await.unwrap();
}

fn same(paths: &[std::path::PathBuf; 2]) -> bool {
    std::fs::read(&paths[0]).unwrap() == std::fs::read(&paths[1]).unwrap()
}

/// Bytes passed to the file are written, although the file is dropped before.
#[tokio::test]
async fn a_dropped_file_is_written() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("file");
    let mut file = fs::File::create(&path).await.unwrap();
    let copy = file.try_clone().await.unwrap();
    file.write_all(&vec![7; 100_000]).await.unwrap();
    drop(file);
    // Nobody is told of the end of that write: it is looked for.
    while copy.metadata().await.unwrap().len() < 100_000 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_busy_file_says_so() {
    let dir = TempDir::new().unwrap();
    let mut file = fs::File::create(dir.path().join("file")).await.unwrap();
    file.write_all(b"text").await.unwrap();
    let error = Pin::new(&mut file).start_seek(SeekFrom::Start(0));
    assert!(error.unwrap_err().to_string().contains("poll_complete"));
    let std = file.into_std().await;
    assert_eq!(std.metadata().unwrap().len(), 4);
    assert!(fs::File::from_std(std).try_into_std().is_ok());
}

/// The next step reports why a write failed, as in `tokio::fs`.
#[tokio::test]
async fn a_lost_write_is_told() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("file");
    std::fs::write(&path, "text").unwrap();
    let mut ours = fs::File::open(&path).await.unwrap();
    let mut tokios = tokio::fs::File::open(&path).await.unwrap();
    ours.write_all(b"more").await.unwrap();
    tokios.write_all(b"more").await.unwrap();
    let (ours, tokios) = (ours.flush().await, tokios.flush().await);
    assert_eq!(ours.unwrap_err().kind(), tokios.unwrap_err().kind());
}

#[tokio::test]
async fn a_large_directory_is_listed_whole() {
    let dir = TempDir::new().unwrap();
    for number in 0..1000 {
        std::fs::write(dir.path().join(number.to_string()), "").unwrap();
    }
    assert_eq!(count(dir.path()).await, 1000);
}

async fn count(dir: &Path) -> usize {
    let (mut entries, mut count) = (fs::read_dir(dir).await.unwrap(), 0);
    while let Some(entry) = entries.next_entry().await.unwrap() {
        assert!(entry.file_type().await.unwrap().is_file());
        assert_eq!(entry.metadata().await.unwrap().len(), 0);
        count += 1;
    }
    count
}
