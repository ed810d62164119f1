//! Traits with `async fn` or `-> impl Future` of their own, called through bounds.

use std::{io, path::Path};

use tokio_offload::offload;

use super::send;
use crate::{call_here, elsewhere};

trait Source {
    type Error;

    async fn read(&self, path: &Path) -> Result<usize, Self::Error>;

    fn count<'a>(&'a self, of: &'a str) -> impl Future<Output = usize> + Send + 'a;

    fn both(&self) -> impl Future<Output = usize> + Send
    where
        Self: Sync,
    {
        async { self.count("ab").await + self.count("c").await }
    }
}

#[derive(Clone)]
struct Disk;

#[offload]
impl Source for Disk {
    type Error = io::Error;

    fn read(&self, path: &Path) -> io::Result<usize> {
        elsewhere();
        Ok(std::fs::read(path)?.len())
    }

    fn count<'a>(&'a self, of: &'a str) -> usize {
        elsewhere();
        of.len()
    }
}

async fn sum(source: &(impl Source<Error = io::Error> + Sync)) -> io::Result<usize> {
    Ok(source.read(Path::new("Cargo.toml")).await? + source.both().await)
}

#[test]
fn generic_code_calls_offloaded_implementations() {
    assert!(call_here(sum(&Disk)).unwrap() > 3);
    assert_eq!(send(Disk.both()), 3);
}
