//! A function that blocks a worker, in snapshots, advice, metrics and events. One test, since the watch sees every thread of its process.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(missing_docs, reason = "a test")]

use std::{sync::mpsc, thread, time::Duration};

use metrics_exporter_prometheus::PrometheusBuilder;
use offload_observability::{Heard, Log};
use tokio::runtime::{Builder, Runtime};
use tokio_offload::{
    Advice, Blocked, BlockedHow, BlockedSnapshot, on_blocked, publish_metrics, snapshot,
    warn_blocked_after,
};
use tracing::{Level, dispatcher};

/// Longer than any report takes on a machine with much else to do.
const LONG: Duration = Duration::from_secs(180);

const LIMIT: Duration = Duration::from_millis(40);

#[inline(never)]
fn ask_the_database(answer: &mpsc::Receiver<()>) {
    answer.recv().unwrap_err();
}

/// Blocks a worker until that was told.
fn block(runtime: &Runtime, told: &mpsc::Receiver<()>) {
    let (end, answer) = mpsc::channel();
    let task = runtime.spawn(async move { ask_the_database(&answer) });
    told.recv_timeout(LONG).unwrap();
    drop(end);
    runtime.block_on(task).unwrap();
    // Else the next one may begin in the same stay, in which a wait in the same place can be taken for the same wait.
    while runtime.metrics().worker_park_unpark_count(0) % 2 == 0 {
        thread::yield_now();
    }
}

/// The only function that blocked.
fn blocked(all: &tokio_offload::Snapshot) -> &BlockedSnapshot {
    let [told] = &all.blocked[..] else {
        panic!("{:#?}", all.blocked)
    };
    told
}

#[test]
fn a_function_that_blocks_is_counted_and_advised_on() {
    let exporter = PrometheusBuilder::new().install_recorder().unwrap();
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let (tell, told) = mpsc::channel();
    let _inside = runtime.enter();
    on_blocked(LIMIT, move |report: &Blocked| {
        if !matches!(report.how, BlockedHow::NotScheduled { .. }) {
            tell.send(()).unwrap();
        }
    })
    .unwrap();

    block(&runtime, &told);
    let once = snapshot();
    assert_eq!(blocked(&once).reports, 1);
    block(&runtime, &told);
    block(&runtime, &told);
    let all = snapshot();
    let function = blocked(&all);
    assert_eq!(function.reports, 3);
    assert_eq!(
        function.function.as_deref(),
        Some("blocked::ask_the_database")
    );
    assert!(
        function
            .file
            .as_ref()
            .is_some_and(|file| file.ends_with("blocked/main.rs"))
    );
    assert!(!function.computes && function.longest >= Duration::from_millis(40));

    let lately = all.since(&once);
    assert_eq!(blocked(&lately).reports, 2);
    assert!(all.since(&all).blocked.is_empty());

    let advice = lately.advice();
    let about = |advice: &&Advice| matches!(advice, Advice::Blocks(_));
    let text = advice.iter().find(about).expect("an advice").to_string();
    for part in [
        "`blocked::ask_the_database` (",
        "blocked/main.rs:",
        ") has blocked workers 2 times, for ",
        " ms or longer, in `std::sync::mpsc::Receiver::recv`. Put `#[offload]` on it",
    ] {
        assert!(text.contains(part), "{text}");
    }

    publish_metrics();
    let line = "tokio_offload_blocked_total{function=\"blocked::ask_the_database\"} 3";
    assert!(exporter.render().contains(line), "{}", exporter.render());

    let written = serde_json::to_string(&all).unwrap();
    assert_eq!(
        serde_json::from_str::<tokio_offload::Snapshot>(&written).unwrap(),
        all
    );
    drop(runtime);
    an_event_has_its_fields();
}

/// What the subscriber hears that was current where the watch was started: one event for one stay, and nothing when the machine is busy.
fn an_event_has_its_fields() {
    let (log, subscriber) = Log::new(Level::WARN);
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let inside = runtime.enter();
    dispatcher::with_default(&subscriber, || warn_blocked_after(LIMIT)).unwrap();
    let (end, answer) = mpsc::channel();
    let task = runtime.spawn(async move { ask_the_database(&answer) });
    let is_it = |event: &Heard| !event.name.contains("has got no processor");
    let told = log.await_events_that(is_it, 1);
    drop((end, inside));
    runtime.block_on(task).unwrap();
    let [event] = &told[..] else {
        panic!("{told:#?}")
    };
    assert_eq!((event.level, event.target), (Level::WARN, "tokio_offload"));
    let start = "worker 0 has been blocked for ";
    let middle =
        "`std::sync::mpsc::Receiver::recv` (futex), called by `blocked::ask_the_database` (";
    assert!(event.name.starts_with(start), "{event:#?}");
    assert!(event.name.contains(middle), "{event:#?}");
    let names: Vec<_> = event.fields.keys().copied().collect();
    let all = ["blocked_ms", "file", "function", "how", "line", "worker"];
    assert_eq!(names, all, "{event:#?}");
    let field = |name| &event.fields[name][..];
    let texts = ["worker", "how", "function"].map(field);
    assert_eq!(texts, ["0", "futex", "blocked::ask_the_database"]);
    assert!(field("file").ends_with("blocked/main.rs"), "{event:#?}");
    let numbers = ["blocked_ms", "line"].map(|name| field(name).parse::<u64>().unwrap());
    assert!(numbers[0] >= 40 && numbers[1] > 0, "{event:#?}");
    assert_eq!(log.await_events_that(is_it, 1).len(), 1);
}
