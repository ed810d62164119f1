//! The file that the test of editors opens. Each place that the test asks about has a name that occurs once.

use std::sync::Arc;
use tokio_offload::{Pool, offload};

static LANES: Pool = Pool::new("lanes");

#[offload(pool = LANES)]
pub fn digest(text: &str) -> u64 {
    text.len() as u64
}

#[offload(bloc)]
pub fn typed() {}

#[offload(pool = LANES, ow = 1)]
pub fn typed_second() {}

#[offload(blocking = BlockingStore)]
pub trait Store {
    fn look_up(&self, key: &str) -> u64;
}

pub struct Memory;

impl BlockingStore for Memory {
    fn look_up(&self, key: &str) -> u64 {
        key.len() as u64
    }
}

pub async fn caller(memory: Arc<Memory>) -> u64 {
    digest("x").await + Store::look_up(&memory, "k").await
}
