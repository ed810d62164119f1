//! The items of a blocking iterator as a stream: `Offload::stream`, beside a channel filled by `spawn_blocking`.
//!
//! `cargo run --release -p offload-benches --bin stream`

use std::{hint::black_box, ops::Range, pin::pin, process::ExitCode};

use futures_util::{StreamExt, stream};
use offload_benches::pairs::{Work, print_header, print_row};
use offload_examples::arguments::flags;
use tokio::{
    runtime::{Builder, Runtime},
    sync::mpsc,
    task::spawn_blocking,
};
use tokio_offload::offload;

#[offload]
fn numbers(count: usize) -> Range<usize> {
    0..count
}

async fn ours(count: usize, ahead: usize) -> usize {
    let mut items = pin!(numbers(count).stream(ahead));
    let mut sum = 0;
    while let Some(item) = items.next().await {
        sum += item;
    }
    sum
}

async fn by_hand(count: usize, ahead: usize) -> usize {
    let (put, mut items) = mpsc::channel(ahead);
    spawn_blocking(move || (0..count).try_for_each(|item| put.blocking_send(item).ok()));
    let items = stream::poll_fn(move |cx| items.poll_recv(cx));
    let mut items = pin!(items);
    let mut sum = 0;
    while let Some(item) = items.next().await {
        sum += item;
    }
    sum
}

fn in_task(runtime: &Runtime, task: impl Future<Output = usize> + Send + 'static) {
    let task = runtime.spawn(task);
    black_box(runtime.block_on(task).expect("the task ends"));
}

const USAGE: &str = "\
usage: stream
  Compares the items of a blocking iterator as a stream: `Offload::stream`, beside a channel filled by `spawn_blocking`.";

fn main() -> ExitCode {
    if let Err(code) = flags("stream", USAGE, &[]) {
        return code;
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime to start");
    print_header(&["`stream(n)`", "a channel of `n`"]);
    for (ahead, items) in [(1, 5000), (16, 50_000), (64, 100_000), (1024, 200_000)] {
        let ways: [Work<'_>; 2] = [
            Box::new(|items| in_task(&runtime, ours(items, ahead))),
            Box::new(|items| in_task(&runtime, by_hand(items, ahead))),
        ];
        print_row(&format!("an item, `n` = {ahead}"), items, &ways);
    }
    ExitCode::SUCCESS
}
