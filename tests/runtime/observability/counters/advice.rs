//! What the numbers suggest, and that healthy ones suggest nothing.

use std::time::{Duration, Instant};

use offload_tests::{drive, gate, in_time};
use serde_json::{Value, json};
use tokio_offload::{Advice, Pool, Snapshot, offload, run_on, snapshot};

use super::histograms::nanos;

/// The advice on a function or pool of these tests.
fn advice(of: &str) -> Option<Advice> {
    let all = snapshot().advice();
    let about = |advice: &Advice| match advice {
        Advice::TooShort { function, .. } => function.ends_with(of),
        Advice::AlwaysFull { pool, .. } => pool == of,
        _ => false,
    };
    let mut found: Vec<_> = all.into_iter().filter(about).collect();
    assert!(found.len() <= 1, "{found:?}");
    found.pop()
}

fn spin(time: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < time {}
}

/// A function that is over before a thread could have been woken for it; a hundred calls are needed to say so.
#[test]
fn advice_names_a_short_function() {
    #[offload(pool = POOL)]
    fn short(n: u64) -> u64 {
        n + 1
    }
    static POOL: Pool = Pool::new("short").threads(1);
    in_time(|| {
        for n in 0..99 {
            assert_eq!(drive(short(n)), n + 1);
        }
        assert_eq!(advice("::short"), None);
        // One would be enough if no body had been interrupted: nine in ten of the times must be those of a few instructions.
        let told = loop {
            drive(short(99));
            if let Some(told) = advice("::short") {
                break told;
            }
        };
        assert!(matches!(told, Advice::TooShort { run, .. } if run < Duration::from_micros(10)));
    });
}

/// A pool that gets more than its one thread can do.
#[test]
fn advice_names_a_full_pool() {
    #[offload(pool = POOL)]
    fn slow() {
        spin(Duration::from_micros(300));
    }
    static POOL: Pool = Pool::new("always full").threads(1);
    in_time(|| {
        let (gate, key) = gate();
        let first = run_on(&POOL, move || gate.pass()).start();
        // All of them wait before the first runs, however slowly they are submitted.
        let calls: Vec<_> = (0..120).map(|_| slow().start()).collect();
        key.open();
        drive(first);
        calls.into_iter().for_each(drive);
        let told = advice("always full").unwrap();
        let Advice::AlwaysFull {
            limit, wait, run, ..
        } = told
        else {
            panic!("{told:?}");
        };
        assert_eq!(limit, 1);
        assert!(
            wait > run && run >= Duration::from_micros(300),
            "{wait:?} {run:?}"
        );
        assert_eq!(advice("::slow"), None);
    });
}

/// Bodies that are worth the way.
#[test]
fn a_longer_function_gets_no_advice() {
    #[offload(pool = POOL)]
    fn worthwhile() {
        spin(Duration::from_micros(50));
    }
    static POOL: Pool = Pool::new("healthy").threads(2);
    in_time(|| {
        (0..150).for_each(|_| drive(worthwhile()));
        assert_eq!(advice("::worthwhile"), None);
    });
}

/// A histogram of which all times are the same.
fn times(time: u64, count: u64) -> Value {
    match count {
        0 => json!({ "buckets": [] }),
        _ => json!({ "buckets": [{"from": nanos(time), "to": nanos(time), "count": count}] }),
    }
}

/// The advice on one function and one pool whose calls took that long.
fn on(wait: u64, run: u64, count: u64, limit: Option<usize>) -> Vec<Advice> {
    in_pool("images", wait, run, count, limit)
}

fn in_pool(name: &str, wait: u64, run: u64, count: u64, limit: Option<usize>) -> Vec<Advice> {
    let calls = json!({"started": count, "queued": 0, "running": 0, "done": count, "panicked": 0, "cancelled": 0,
        "refused": 0, "failed": 0, "abandoned": 0});
    let (wait, run) = (times(wait, count), times(run, count));
    let snapshot = json!({
        "functions": [{"name": "app::thumbnail", "file": "app.rs", "line": 7, "calls": calls, "wait": wait, "run": run}],
        "pools": [{"name": name, "threads": 4, "limit": limit, "calls": calls, "longest_wait": null, "occupants": [],
            "wait": wait, "run": run}],
    });
    serde_json::from_value::<Snapshot>(snapshot)
        .unwrap()
        .advice()
}

/// Where the lines are drawn.
#[test]
fn advice_begins_where_it_is_sure() {
    let none: [bool; 0] = [];
    let kinds = |advice: Vec<Advice>| {
        let short = |advice: &Advice| matches!(advice, Advice::TooShort { .. });
        advice.iter().map(short).collect::<Vec<_>>()
    };
    assert_eq!(kinds(on(0, 9_999, 100, Some(4))), [true]);
    assert_eq!(kinds(on(0, 10_000, 100, Some(4))), none);
    assert_eq!(kinds(on(0, 9_999, 99, Some(4))), none);
    assert_eq!(kinds(on(2_000_001, 2_000_000, 100, Some(4))), [false]);
    assert_eq!(kinds(on(2_000_000, 2_000_000, 100, Some(4))), none);
    assert_eq!(kinds(on(2_000_001, 2_000_000, 99, Some(4))), none);
    // A wait that nobody would notice, and threads of which there are as many as it takes.
    assert_eq!(kinds(on(1_000_000, 500_000, 100, Some(4))), none);
    assert_eq!(kinds(on(2_000_001, 2_000_000, 100, None)), none);
    assert_eq!(kinds(on(2_000_000, 1_000, 100, Some(4))), [true, false]);
    assert_eq!(kinds(on(0, 0, 0, Some(4))), none);
}

/// What a reader sees.
#[test]
fn advice_says_what_to_do() {
    let told = on(2_000_000, 1_000, 100, Some(4));
    let texts: Vec<_> = told.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "`app::thumbnail` is too short to be worth the hop: 90 % of its bodies end within 1.0µs. Call it in place, or \
             offload the loop around it",
            "pool `images` is full most of the time: half of its calls wait longer than 2.0ms for one of 4 places, while half \
             of its bodies end within 1.0µs. Make it larger, or give it less work (`try_start` with `queue_capacity`)",
        ]
    );
    // An owner cannot have more threads.
    let told = in_pool("owner", 2_000_000, 20_000, 100, Some(1));
    let text = told[0].to_string();
    assert!(
        text.ends_with("20.0µs. Spread the work over more owners, or give them less"),
        "{text}"
    );
    let text = serde_json::to_string(&told).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Advice>>(&text).unwrap(), told);
}

/// A bad hour long ago is no reason to change anything today.
#[test]
fn advice_is_on_the_time_that_was_asked_for() {
    let snapshot = |wait, count| -> Snapshot {
        let calls = json!({"started": count, "queued": 1, "running": 0, "done": count, "panicked": 0, "cancelled": 0,
            "refused": 0, "failed": 0, "abandoned": 0});
        let wait = times(wait, count);
        serde_json::from_value(json!({
            "functions": [],
            "pools": [{"name": "images", "threads": 4, "limit": 4, "calls": calls, "longest_wait": null, "occupants": [],
                "wait": wait, "run": times(1000, count)}],
        }))
        .unwrap()
    };
    let (before, now) = (snapshot(2_000_000, 100), snapshot(2_000_000, 150));
    assert_eq!(now.advice().len(), 1);
    let lately = now.since(&before);
    assert_eq!(lately.pools[0].calls.started, 50);
    assert_eq!(lately.pools[0].calls.queued, 1);
    assert_eq!(lately.pools[0].wait.count(), 50);
    assert!(lately.advice().is_empty());
    assert_eq!(now.since(&Snapshot::default()), now);
}
