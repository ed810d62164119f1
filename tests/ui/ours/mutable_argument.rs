//! An argument that the caller lends to be changed.

use std::collections::HashMap;

use tokio_offload::offload;

#[offload]
fn fill(buffer: &mut Vec<u8>, text: &mut str) {
    buffer.extend(text.bytes());
}

type Bytes = Vec<u8>;

#[offload]
fn count(words: &mut HashMap<String, HashMap<u64, Bytes>>, pairs: &mut (Vec<Bytes>, HashMap<String, Bytes>)) {
    words.clear();
    pairs.0.clear();
}

fn main() {}
