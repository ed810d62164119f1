//! A refused `async fn` keeps its body: what it imports stays used, and its types are not mistaken.

use std::{error::Error, future::ready};
use tokio_offload::offload;

#[offload]
async fn load(key: String) -> Result<u32, Box<dyn Error>> {
    ready(()).await;
    if key.is_empty() {
        return Err("no key".into());
    }
    Ok(key.parse()?)
}

fn main() {}
