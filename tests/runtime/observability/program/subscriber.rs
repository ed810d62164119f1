//! X1: spans of tasks on many workers, under the one subscriber that programs have.

use offload_observability::Log;
use offload_tests::{in_time, multi_thread};
use tokio_offload::{Pool, offload};
use tracing::{Instrument as _, Level, info, info_span};

static POOL: Pool = Pool::new("requests").threads(2);

#[offload]
fn load(request: u32) -> u32 {
    info!(request, "loads");
    request
}

#[offload(pool = POOL)]
fn render(request: u32) -> u32 {
    info!(request, "renders");
    tokio_offload::block_on(load(request)).unwrap()
}

/// Each of many tasks at once finds the events of its bodies, two deep, below its own span.
#[test]
fn the_bodies_of_each_task_are_in_its_span() {
    const TASKS: u32 = 200;
    let (log, subscriber) = Log::new(Level::DEBUG);
    tracing::dispatcher::set_global_default(subscriber).unwrap();
    in_time(|| {
        multi_thread().block_on(async {
            let handle = async |request| {
                let loaded = load(request).await;
                info!(request, "loaded");
                render(loaded).await;
                info!(request, "rendered");
            };
            let span = |request: u32| {
                if request % 2 == 0 {
                    info_span!("even", request)
                } else {
                    info_span!("odd", request)
                }
            };
            let task = |request| tokio::spawn(handle(request).instrument(span(request)));
            let tasks: Vec<_> = (0..TASKS).map(task).collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
    });
    for (message, inner, count) in [
        ("loads", "/call", TASKS),
        ("loads", "/call/call", TASKS),
        ("loaded", "", TASKS),
        ("renders", "/call", TASKS),
        ("rendered", "", TASKS),
    ] {
        let events = log.await_events(message, 1).into_iter();
        let found = events.filter(|event| {
            let request: u32 = event.fields["request"].parse().unwrap();
            let task = if request % 2 == 0 { "even" } else { "odd" };
            event.path == format!("{task}{inner}")
        });
        assert_eq!(found.count(), count as usize, "{message} in {inner}");
    }
    // Other tests are heard too, but have no such spans around them.
    let mut calls = log.closed("call");
    calls.retain(|call| call.path.starts_with("even/") || call.path.starts_with("odd/"));
    let closed = log.closed("even").len() + log.closed("odd").len();
    assert_eq!((closed, calls.len()), (200, 600));
}
