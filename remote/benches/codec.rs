//! What it costs to write arguments and to read an answer, by size and kind, beside what it costs to have another thread do it.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use serde::{Serialize, de::DeserializeOwned};
use tokio_offload_remote::{decode, encode, encode_bytes};

/// How often each is measured; the middle one is printed.
const ROUNDS: usize = 51;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let thread = middle(|| {
        let there_and_back = async { tokio::task::spawn_blocking(|| ()).await };
        runtime.block_on(there_and_back).expect("a thread");
    });
    println!("to a blocking thread and back: {thread:?}");
    println!(
        "{:>10} {:>24} {:>24} {:>14}",
        "bytes", "short strings, in/out", "one string, in/out", "bytes, in"
    );
    for shift in [10, 12, 14, 15, 16, 18, 20] {
        let bytes = 1_usize << shift;
        let [write_many, read_many] = cost(&vec!["12345".to_owned(); bytes / 6]);
        let [write_one, read_one] = cost(&"x".repeat(bytes));
        let block = vec![7; bytes];
        let block_in = middle(|| {
            let mut room = Vec::new();
            encode_bytes(&block, &mut room).expect("it encodes");
            black_box(room);
        });
        println!(
            "{bytes:>10} {write_many:>12.1?} {read_many:>11.1?} {write_one:>12.1?} {read_one:>11.1?} {block_in:>14.1?}"
        );
    }
}

/// To write the value into a new buffer, and to read it.
fn cost<T: Serialize + DeserializeOwned>(value: &T) -> [Duration; 2] {
    let mut bytes = Vec::new();
    encode(value, &mut bytes).expect("it encodes");
    let write = middle(|| {
        let mut room = Vec::new();
        encode(value, &mut room).expect("it encodes");
        black_box(room);
    });
    let read = middle(|| drop(decode::<T>(&mut &bytes[..]).expect("it decodes")));
    [write, read]
}

fn middle(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}
