//! Code that blocks no worker for long, and must not be reported.

use std::{
    hint::black_box,
    thread,
    time::{Duration, Instant},
};

use tokio::{
    runtime::Runtime,
    task::{block_in_place, spawn_blocking, yield_now},
    time::sleep,
};
use tokio_offload_watch::allow_blocking;

/// A way to use a worker for a while without blocking it.
pub(crate) struct Innocent {
    pub(crate) what: &'static str,
    pub(crate) run: fn(&Runtime, Duration),
}

pub(crate) const INNOCENTS: [Innocent; 10] = [
    Innocent {
        what: "nothing to do",
        run: |_, stay| thread::sleep(stay),
    },
    Innocent {
        what: "a future inside block_on that waits",
        run: |runtime, stay| runtime.block_on(async move { sleep(stay).await }),
    },
    Innocent {
        what: "spawn_blocking",
        run: |runtime, stay| {
            let body = runtime.spawn_blocking(move || thread::sleep(stay));
            runtime.block_on(body).ok();
        },
    },
    Innocent {
        what: "spawn_blocking that computes",
        run: |runtime, stay| {
            let task = runtime.spawn(async move { spawn_blocking(move || spin(stay)).await });
            runtime.block_on(task).ok();
        },
    },
    Innocent {
        what: "block_in_place",
        run: |runtime, stay| {
            let task = runtime.spawn(async move { block_in_place(|| thread::sleep(stay)) });
            runtime.block_on(task).ok();
        },
    },
    Innocent {
        what: "allow_blocking",
        run: |runtime, stay| {
            let task = runtime.spawn(async move { allow_blocking(|| thread::sleep(stay)) });
            runtime.block_on(task).ok();
        },
    },
    Innocent {
        what: "tasks that yield",
        run: |runtime, stay| many(runtime, 8, move || yields(stay)),
    },
    Innocent {
        what: "timers in great number",
        run: |runtime, stay| many(runtime, 1_000, move || async move { sleep(stay).await }),
    },
    Innocent {
        what: "polls of 1 ms with gaps",
        run: |runtime, stay| many(runtime, 2, move || short_polls(stay)),
    },
    Innocent {
        what: "a thread of its own that blocks",
        run: |runtime, stay| {
            let thread = thread::spawn(move || thread::sleep(stay));
            runtime.block_on(yields(stay));
            thread.join().ok();
        },
    },
];

fn many<F: Future<Output = ()> + Send + 'static>(
    runtime: &Runtime,
    count: usize,
    task: impl Fn() -> F,
) {
    let tasks: Vec<_> = (0..count).map(|_| runtime.spawn(task())).collect();
    for task in tasks {
        runtime.block_on(task).ok();
    }
}

async fn yields(stay: Duration) {
    let start = Instant::now();
    while start.elapsed() < stay {
        yield_now().await;
    }
}

async fn short_polls(stay: Duration) {
    let start = Instant::now();
    while start.elapsed() < stay {
        spin(Duration::from_millis(1));
        sleep(Duration::from_millis(1)).await;
    }
}

fn spin(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        black_box(0);
    }
}
