//! What is left behind, in the buffer of a file or on its way to it, when a future is dropped or a runtime ends.

use std::{
    future::{Future, poll_fn},
    io::SeekFrom,
    pin::{Pin, pin},
    sync::mpsc,
    task::Poll,
    time::{Duration, SystemTime},
};

use offload_fs as fs;
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncSeekExt, AsyncWriteExt, ReadBuf},
    runtime::{Builder, Runtime},
};

/// What a file has accepted is written although its runtime ends before a thread took it, as by `tokio::fs`.
#[test]
fn accepted_bytes_outlive_the_runtime() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("file");
    let (ended, end) = mpsc::channel();
    let runtime = one_thread()
        .on_thread_stop(move || ended.send(()).unwrap())
        .build()
        .unwrap();
    let release = hold_thread(&runtime);
    let mut file = fs::File::from_std(std::fs::File::create(&path).unwrap());
    runtime.block_on(file.write_all(b"text")).unwrap();
    drop(file);
    runtime.shutdown_background();
    drop(release);
    end.recv().unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"text");
}

/// A runtime with one thread for calls.
fn one_thread() -> Builder {
    let mut builder = Builder::new_current_thread();
    builder.max_blocking_threads(1);
    builder
}

/// Lets no call begin before what it returns is dropped.
fn hold_thread(runtime: &Runtime) -> mpsc::Sender<()> {
    let (release, released) = mpsc::channel::<()>();
    drop(runtime.spawn_blocking(move || released.recv()));
    release
}

/// A file with ten digits, of which the buffer has all and the user the first two.
async fn two_of_ten(dir: &TempDir) -> fs::File {
    let path = dir.path().join("file");
    std::fs::write(&path, "0123456789").unwrap();
    let mut options = fs::OpenOptions::new();
    let mut file = options.read(true).write(true).open(&path).await.unwrap();
    while !gives_up_reading(&mut file).await {
        file.seek(SeekFrom::Start(0)).await.unwrap();
    }
    let mut two = [0; 2];
    file.read_exact(&mut two).await.unwrap();
    assert_eq!(&two, b"01");
    file
}

/// Whether a read of ten bytes was given up half way, and was not done at once.
async fn gives_up_reading(file: &mut fs::File) -> bool {
    let mut large = [0; 10];
    let mut to = ReadBuf::new(&mut large);
    poll_fn(|cx| {
        let _ = Pin::new(&mut *file).poll_read(cx, &mut to);
        Poll::Ready(())
    })
    .await;
    to.filled().is_empty()
}

async fn rest(file: &mut fs::File) -> String {
    let mut rest = String::new();
    file.read_to_string(&mut rest).await.unwrap();
    rest
}

/// `set_len` gives up what was read ahead: the file is where its user is.
#[tokio::test]
async fn set_len_keeps_the_place_of_the_user() {
    let dir = TempDir::new().unwrap();
    let mut file = two_of_ten(&dir).await;
    file.set_len(5).await.unwrap();
    assert_eq!(rest(&mut file).await, "234");
}

/// What follows waits for it, as in `tokio::fs`.
#[test]
fn set_len_that_was_begun_goes_on_without_its_future() {
    let dir = TempDir::new().unwrap();
    let runtime = one_thread().build().unwrap();
    let mut file = runtime.block_on(two_of_ten(&dir));
    let release = hold_thread(&runtime);
    runtime.block_on(async {
        let mut cut = pin!(file.set_len(5));
        poll_fn(|cx| {
            let _ = cut.as_mut().poll(cx);
            Poll::Ready(())
        })
        .await;
    });
    drop(release);
    assert_eq!(runtime.block_on(rest(&mut file)), "234");
}

#[tokio::test]
async fn no_offset_overflows() {
    let dir = TempDir::new().unwrap();
    let mut file = two_of_ten(&dir).await;
    let far = file.seek(SeekFrom::Current(i64::MIN)).await;
    assert_eq!(far.unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
    assert_eq!(rest(&mut file).await, "23456789");
}

/// Where the place of the user cannot be reached, nothing is written, and what was to be is not read.
#[cfg(unix)]
#[tokio::test]
async fn a_refused_write_leaves_nothing_in_the_buffer() {
    let (mut one, other) = std::os::unix::net::UnixStream::pair().unwrap();
    let mut file = fs::File::from_std(std::os::fd::OwnedFd::from(other).into());
    assert!(gives_up_reading(&mut file).await);
    std::io::Write::write_all(&mut one, b"0123456789").unwrap();
    let mut two = [0; 2];
    file.read_exact(&mut two).await.unwrap();
    file.write_all(b"text").await.unwrap();
    file.flush().await.unwrap_err();
    drop(one);
    assert_eq!(rest(&mut file).await, "");
}

#[tokio::test]
#[should_panic(expected = "`max_buf_size` must be greater than 0")]
async fn a_buffer_has_room() {
    let dir = TempDir::new().unwrap();
    two_of_ten(&dir).await.set_max_buf_size(0);
}

/// Times are set after the write that would change them.
#[tokio::test]
async fn times_are_those_that_were_set() {
    let dir = TempDir::new().unwrap();
    let mut file = two_of_ten(&dir).await;
    let hour = Duration::from_secs(3600);
    let [one, two] = [1, 2].map(|hours| SystemTime::UNIX_EPOCH + hours * hour);
    file.write_all(b"text").await.unwrap();
    let times = fs::FileTimes::new().set_accessed(one).set_modified(two);
    file.set_times(times).await.unwrap();
    let metadata = file.metadata().await.unwrap();
    assert_eq!(metadata.accessed().unwrap(), one);
    assert_eq!(metadata.modified().unwrap(), two);
    file.set_modified(one).await.unwrap();
    assert_eq!(file.metadata().await.unwrap().modified().unwrap(), one);
}
