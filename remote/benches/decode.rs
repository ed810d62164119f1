//! What it costs to read an answer, by its size and kind, beside what it costs to have another thread do it.

use std::time::{Duration, Instant};

use serde::{Serialize, de::DeserializeOwned};
use tokio_offload_remote::{decode, encode};

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
        "{:>10} {:>14} {:>14}",
        "bytes", "short strings", "one string"
    );
    for shift in [10, 12, 14, 15, 16, 18, 20] {
        let bytes = 1_usize << shift;
        let strings = cost(&vec!["12345".to_owned(); bytes / 6]);
        let string = cost(&"x".repeat(bytes));
        println!("{bytes:>10} {strings:>14.1?} {string:>14.1?}");
    }
}

fn cost<T: Serialize + DeserializeOwned>(value: &T) -> Duration {
    let mut bytes = Vec::new();
    encode(value, &mut bytes).expect("it encodes");
    middle(|| drop(decode::<T>(&mut &bytes[..]).expect("it decodes")))
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
