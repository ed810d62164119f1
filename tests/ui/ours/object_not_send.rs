//! Trait objects of std that may hold anything, in functions, blocks and owners.

use std::error::Error;
use std::io::{self, Read};
use std::sync::Arc;
use tokio_offload::offload;

#[offload]
fn parse(text: &str) -> Result<u32, Box<dyn Error>> {
    Ok(text.parse()?)
}

#[offload]
fn each(all: Vec<u8>, keep: Box<dyn Fn(&u8) -> bool>) -> Vec<Box<dyn std::fmt::Display>> {
    all.into_iter().filter(|n| keep(n)).map(|n| Box::new(n) as _).collect()
}

#[offload]
fn pipe(from: Box<dyn io::Read>, to: Vec<Box<dyn io::Write>>) -> Option<Box<dyn std::any::Any>> {
    drop((from, to));
    None
}

struct Db;

#[offload(owner = DbHandle)]
impl Db {
    pub fn import(&mut self, from: Option<Box<dyn Read>>) -> io::Result<Arc<dyn Error + Send>> {
        from.map(|mut from| io::copy(&mut from, &mut io::sink())).transpose()?;
        Ok(Arc::new(io::Error::other("none")))
    }
}

async fn caller(db: DbHandle) -> Option<u32> {
    db.import(None).await.ok()?;
    each(vec![1], Box::new(|_| true)).await;
    pipe(Box::new(io::empty()), Vec::new()).await;
    parse("1").await.ok()
}

fn main() {
    drop(caller);
}
