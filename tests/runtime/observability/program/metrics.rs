//! What `publish_metrics` hands over, as an exporter of other people's shows it.

#![expect(
    clippy::float_cmp,
    reason = "an exporter has no other numbers, and counts exactly with these"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::resume_unwind,
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    thread,
};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use offload_tests::{Gate, drive, gate, in_time};
use tokio_offload::{Pool, offload, publish_metrics, snapshot};

static POOL: Pool = Pool::new("published").threads(1).queue_capacity(2);

#[offload(pool = POOL)]
fn works(gate: Option<Gate>, panics: bool) {
    if let Some(gate) = gate {
        gate.pass();
    }
    if panics {
        // Quiet, unlike `panic!`.
        resume_unwind(Box::new(()));
    }
}

struct One;
struct Other;

impl One {
    #[offload(pool = POOL)]
    fn method() {}
}

impl Other {
    #[offload(pool = POOL)]
    fn method() {}
}

/// What the documentation promises: name and kind, with the labels of functions; pools have the rest of the table.
const TABLE: [(&str, &str); 15] = [
    ("tokio_offload_calls_total", "counter"),
    ("tokio_offload_ended_total", "counter"),
    ("tokio_offload_abandoned_total", "counter"),
    ("tokio_offload_queued", "gauge"),
    ("tokio_offload_running", "gauge"),
    ("tokio_offload_wait_seconds", "summary"),
    ("tokio_offload_run_seconds", "histogram"),
    ("tokio_offload_pool_calls_total", "counter"),
    ("tokio_offload_pool_ended_total", "counter"),
    ("tokio_offload_pool_queued", "gauge"),
    ("tokio_offload_pool_running", "gauge"),
    ("tokio_offload_pool_threads", "gauge"),
    ("tokio_offload_pool_limit", "gauge"),
    ("tokio_offload_pool_longest_wait_seconds", "gauge"),
    ("tokio_offload_pool_wait_seconds", "summary"),
];

/// What only clusters have; their own tests look at the values.
const CLUSTERS: [&str; 3] = [
    "tokio_offload_cluster_nodes",
    "tokio_offload_cluster_lost_total",
    "tokio_offload_cluster_retried_total",
];

/// The text of the exporter after another publication: the lines of explanation, and the values.
fn publish(exporter: &PrometheusHandle) -> (Vec<String>, BTreeMap<String, f64>) {
    publish_metrics();
    let text = exporter.render();
    let mut values = BTreeMap::new();
    let mut explained = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        match line.rsplit_once(' ') {
            _ if line.starts_with('#') => explained.push(line.to_owned()),
            Some((name, value)) => {
                let twice = values.insert(name.to_owned(), value.parse().unwrap());
                assert_eq!(twice, None, "{name} is there twice");
            }
            None => panic!("{line}"),
        }
    }
    (explained, values)
}

/// Name and labels of a value, of the function or the pool of these tests.
fn of(name: &str, label: &str, more: &str) -> String {
    let value = match label {
        "function" => "program::metrics::works",
        _ => "published",
    };
    format!("{name}{{{label}=\"{value}\"{more}}}")
}

/// One exporter for the process, hence one test.
#[test]
fn an_exporter_shows_what_was_counted() {
    let buckets = Matcher::Full("tokio_offload_run_seconds".into());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(buckets, &[1e-9, 3600.0]);
    let exporter = builder.unwrap().install_recorder().unwrap();
    in_time(move || {
        // Four are done, of which one was abandoned; one panics; one is cancelled; two are refused.
        drive(works(None, false));
        drive(works(None, false));
        assert!(drive(works(None, true).outcome()).is_err());
        let (gate, key) = gate();
        let abandoned = works(Some(gate), false).start();
        key.await_body();
        drop(works(None, false).start());
        let waits = [(); 2].map(|()| works(None, false).try_start().unwrap());
        drop(works(None, false).try_start().unwrap_err());
        drop(works(None, false).try_start().unwrap_err());
        drop(abandoned);

        let (explained, values) = publish(&exporter);
        for (name, kind) in TABLE {
            assert!(
                explained.contains(&format!("# TYPE {name} {kind}")),
                "{name}"
            );
            let help = format!("# HELP {name} ");
            assert!(
                explained.iter().any(|line| line.starts_with(&help)),
                "{name}"
            );
        }
        assert_eq!(explained.len(), 2 * (TABLE.len() + 1), "{explained:#?}");
        check_the_held(&values);

        key.open();
        waits.into_iter().for_each(drive);
        drive(POOL.idle());
        let (_, rest) = publish(&exporter);
        check_the_rest(&rest);
        for (name, value) in &values {
            let grows = ["_total{", "_count{", "_bucket{", "_sum{"];
            if grows.iter().any(|kind| name.contains(kind)) {
                assert!(rest[name] >= *value, "{name} falls");
            }
        }
        // Nothing new, nothing added.
        let again = publish(&exporter).1;
        let ours = |name: &&String| name.contains("::works") || name.contains("\"published\"");
        for name in rest.keys().filter(ours) {
            assert_eq!(again[name], rest[name], "{name}");
        }
        check_methods(&exporter);
        check_dropped_pools(&exporter);
        check_two_publishers(&exporter);
    });
}

/// What Prometheus and Grafana are told to look at is there, under that name.
#[test]
fn rules_and_board_name_what_is_published() {
    for text in [
        include_str!("../../../../docs/production/alerts.yml"),
        include_str!("../../../../docs/production/grafana.json"),
    ] {
        let word = |text: &str| {
            let end = text.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
            text[..end.unwrap_or(text.len())].to_owned()
        };
        let named = text
            .match_indices("tokio_offload_")
            .map(|(at, _)| word(&text[at..]));
        let named: BTreeSet<_> = named.collect();
        assert!(named.len() > 5, "{named:?}");
        for name in named {
            let metric = name.strip_suffix("_bucket").unwrap_or(&name);
            let known = TABLE.iter().any(|(known, _)| *known == metric);
            assert!(
                known || CLUSTERS.contains(&metric) || metric == "tokio_offload_pool_run_seconds",
                "{name}"
            );
        }
    }
}

/// For Prometheus, a counter that begins at 1 has not increased, and the first call of a function may panic.
#[test]
fn rules_take_a_counter_that_has_just_begun_for_an_increase() {
    let rules = include_str!("../../../../docs/production/alerts.yml");
    let rules = rules.split_whitespace().collect::<Vec<_>>().join(" ");
    let counters: Vec<_> = rules.split("increase(").skip(1).collect();
    assert_eq!(counters.len(), 2);
    for rule in counters {
        let (counter, rule) = rule.split_once("[15m]").unwrap();
        let begun = format!(" unless {counter} offset 15m");
        assert!(rule.contains(&begun), "{counter}");
    }
}

/// While one body is held and two calls wait.
fn check_the_held(values: &BTreeMap<String, f64>) {
    for (prefix, label, abandoned) in [
        ("tokio_offload", "function", Some(1.0)),
        ("tokio_offload_pool", "pool", None),
    ] {
        let value = |name: &str, more: &str| values[&of(&format!("{prefix}_{name}"), label, more)];
        assert_eq!(value("calls_total", ""), 9.0);
        assert_eq!(value("ended_total", ",outcome=\"done\""), 2.0);
        assert_eq!(value("ended_total", ",outcome=\"panicked\""), 1.0);
        assert_eq!(value("ended_total", ",outcome=\"refused\""), 2.0);
        assert_eq!(value("ended_total", ",outcome=\"cancelled\""), 1.0);
        assert_eq!(value("queued", ""), 2.0);
        assert_eq!(value("running", ""), 1.0);
        assert_eq!(value("wait_seconds_count", ""), 3.0);
        assert_eq!(value("run_seconds_count", ""), 3.0);
        let name = of(&format!("{prefix}_abandoned_total"), label, "");
        assert_eq!(values.get(&name).copied(), abandoned);
    }
    assert_eq!(values[&of("tokio_offload_pool_threads", "pool", "")], 1.0);
    assert_eq!(values[&of("tokio_offload_pool_limit", "pool", "")], 1.0);
    assert!(values[&of("tokio_offload_pool_longest_wait_seconds", "pool", "")] > 0.0);
}

/// When all is over.
fn check_the_rest(values: &BTreeMap<String, f64>) {
    let bucket = |le: &str| {
        let name = "tokio_offload_run_seconds_bucket";
        values[&of(name, "function", &format!(",le=\"{le}\""))]
    };
    assert_eq!(
        (bucket("0.000000001"), bucket("3600"), bucket("+Inf")),
        (0.0, 6.0, 6.0)
    );
    assert_eq!(values[&of("tokio_offload_queued", "function", "")], 0.0);
    assert_eq!(values[&of("tokio_offload_pool_running", "pool", "")], 0.0);
    let longest = of("tokio_offload_pool_longest_wait_seconds", "pool", "");
    assert_eq!(values[&longest], 0.0);
    // In seconds, and as exact as a snapshot.
    let all = snapshot();
    let works = all.functions.iter().find(|f| f.name.ends_with("::works"));
    let run = &works.unwrap().run;
    let exact = run.mean().unwrap().as_secs_f64() * 6.0;
    let sum = values[&of("tokio_offload_run_seconds_sum", "function", "")];
    assert!((sum - exact).abs() < 1e-7, "{sum} for {exact}");
}

/// Functions of one name are one metric: the sum of all, not now this one and then that.
fn check_methods(exporter: &PrometheusHandle) {
    let count = |exporter: &PrometheusHandle| {
        let values = publish(exporter).1;
        let value = |name: &str| {
            values[&format!("tokio_offload_{name}{{function=\"program::metrics::method\"}}")]
        };
        (value("calls_total"), value("run_seconds_count"))
    };
    drive(One::method());
    for _ in 0..3 {
        drive(Other::method());
    }
    assert_eq!(count(exporter), (4.0, 4.0));
    drive(One::method());
    assert_eq!(count(exporter), (5.0, 5.0));
}

/// Whoever publishes while others do: each time is handed over once.
fn check_two_publishers(exporter: &PrometheusHandle) {
    const BODIES: u32 = 20_000;
    let pool = Pool::new("by two").threads(2);
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(SeqCst) {
                    publish_metrics();
                }
            });
        }
        let calls: Vec<_> = (0..BODIES).map(|_| pool.run(|| ()).start()).collect();
        calls.into_iter().for_each(drive);
        over.store(true, SeqCst);
    });
    let values = publish(exporter).1;
    let handed = values["tokio_offload_pool_run_seconds_count{pool=\"by two\"}"];
    assert_eq!(handed, f64::from(BODIES));
}

/// The counters of a pool that is gone stay, its threads and its limit do not.
fn check_dropped_pools(exporter: &PrometheusHandle) {
    let pool = Pool::new("short lived").threads(3);
    drive(pool.run(|| ()));
    let value = |name: &str| {
        let values = publish(exporter).1;
        values[&format!("tokio_offload_pool_{name}{{pool=\"short lived\"}}")]
    };
    assert_eq!((value("limit"), value("calls_total")), (3.0, 1.0));
    drive(pool.close());
    drop(pool);
    assert_eq!((value("limit"), value("calls_total")), (0.0, 1.0));
    assert_eq!((value("limit"), value("threads")), (0.0, 0.0));
}
