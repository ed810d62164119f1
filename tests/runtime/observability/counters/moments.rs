//! What a snapshot shows of one moment: who waits, who runs, for how long; while gates hold the bodies.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use offload_tests::{Gate, Key, drive, gate, in_time, one_slot};
use rayon::ThreadPoolBuilder;
use tokio::time::timeout;
use tokio_offload::{
    __private::{self as p, On, Site},
    Offload, Pool,
};

use super::kit::{calls, function, occupants, pool};

/// Calls of two functions on the one thread of `on`: one runs, three wait. Checks what is seen then, and when it is over.
fn look(on: &On, name: &str) {
    static FIRST: Site = Site::new("first", module_path!(), file!(), line!());
    static SECOND: Site = Site::new("second", module_path!(), file!(), line!());
    let before = pool(name).map_or(0, |pool| pool.calls.started);
    let (waiting, running) = (count("moments::second"), count("moments::first"));
    let (gate, key) = gate();
    let held: Offload<()> = p::call0(&FIRST, on.clone(), move || gate.pass()).start();
    key.await_body();
    let submitted = Instant::now();
    let waits = [(); 3].map(|()| p::call0(&SECOND, on.clone(), || ()).start());
    let queued = Instant::now();

    let begun = Instant::now();
    let seen = pool(name).unwrap();
    assert_eq!(seen.calls.started, before + 4, "{name}");
    assert_eq!((seen.calls.queued, seen.calls.running), (3, 1), "{name}");
    assert_eq!(occupants(&seen), [("counters::moments::first", 1)]);
    assert!(seen.threads >= 1, "{name}");
    let longest = seen.longest_wait.unwrap();
    assert_eq!(longest.function, "counters::moments::second");
    assert!(longest.time >= begun - queued && longest.time <= submitted.elapsed());
    assert_eq!(count("moments::second"), (waiting.0 + 3, 3, 0));
    assert_eq!(count("moments::first"), (running.0 + 1, 0, 1));

    // The longest wait is that of the first call that still waits.
    let [one, two, three] = waits;
    drop(one);
    let since = Instant::now();
    let seen = pool(name).unwrap().longest_wait.unwrap();
    assert!(seen.time >= since - queued, "{name}");
    drop((two, three));
    assert_eq!(pool(name).unwrap().longest_wait, None, "{name}");
    key.open();
    drive(held);
    // The end of a body is seen by whoever has its result.
    let seen = pool(name).unwrap();
    assert_eq!((seen.calls.running, seen.occupants), (0, vec![]), "{name}");
    drive(p::call0(&SECOND, on.clone(), || ()));
    let seen = pool(name).unwrap();
    assert_eq!((seen.calls.queued, seen.calls.running), (0, 0), "{name}");
    assert_eq!(seen.calls.started, seen.calls.ended(), "{name}");
}

/// Started, queued and running.
fn count(name: &str) -> (u64, u64, u64) {
    function(name).map_or((0, 0, 0), |function| {
        let calls = function.calls;
        (calls.started, calls.queued, calls.running)
    })
}

/// The same in every kind of place.
#[test]
fn a_snapshot_shows_what_waits_and_runs_now() {
    in_time(|| {
        let runtime = one_slot();
        let _runtime = runtime.enter();
        look(&p::on(Arc::new(Pool::new("moment").threads(1))), "moment");
        look(
            &p::on(Arc::new(Pool::shared("viewed moment").threads(1))),
            "viewed moment",
        );
        let rayon = ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        look(&p::on(Arc::new(rayon)), "rayon");
        // No limit is known here, as long as there is a pool of somebody's own.
        assert_eq!(pool("rayon").unwrap().limit, None);
    });
}

/// Several bodies of several functions, the most frequent first.
#[test]
fn occupants_are_counted_by_function() {
    static RARE: Site = Site::new("rare", module_path!(), file!(), line!());
    static OFTEN: Site = Site::new("often", module_path!(), file!(), line!());
    in_time(|| {
        let on = p::on(Arc::new(Pool::new("occupied").threads(5)));
        let enter = |site: &'static Site| -> (Offload<()>, Key) {
            let (gate, key): (Gate, Key) = gate();
            let call = p::call0(site, on.clone(), move || gate.pass()).start();
            key.await_body();
            (call, key)
        };
        let mut held = vec![
            enter(&RARE),
            enter(&OFTEN),
            enter(&RARE),
            enter(&OFTEN),
            enter(&OFTEN),
        ];
        let [rare, often] = ["counters::moments::rare", "counters::moments::often"];
        let occupied = || pool("occupied").unwrap();
        assert_eq!(occupants(&occupied()), [(often, 3), (rare, 2)]);
        let mut release = || {
            let (call, key) = held.pop().unwrap();
            key.open();
            drive(call);
        };
        release();
        // Equals are sorted by name.
        assert_eq!(occupants(&occupied()), [(often, 2), (rare, 2)]);
        release();
        assert_eq!(occupants(&occupied()), [(rare, 2), (often, 1)]);
        for _ in 0..3 {
            release();
        }
        assert_eq!(occupants(&occupied()), []);
        assert_eq!(calls("moments::often").done, 3);
    });
}

/// S4: who has waited long enough for the end of a pool learns what holds it up.
#[test]
fn after_the_deadline_of_a_close_the_occupants_are_named() {
    static STUCK: Site = Site::new("stuck", module_path!(), file!(), line!());
    in_time(|| {
        let closing = Arc::new(Pool::new("closing").threads(2));
        let on = p::on(Arc::clone(&closing));
        let enter = || {
            let (gate, key) = gate();
            let call: Offload<()> = p::call0(&STUCK, on.clone(), move || gate.pass()).start();
            key.await_body();
            (call, key)
        };
        let held = [enter(), enter()];
        let runtime = one_slot();
        let deadline = || {
            let closed = closing.close();
            runtime.block_on(async { timeout(Duration::ZERO, closed).await })
        };
        assert!(deadline().is_err());
        let seen = pool("closing").unwrap();
        assert_eq!(occupants(&seen), [("counters::moments::stuck", 2)]);
        for (call, key) in held {
            key.open();
            drive(call);
        }
        assert!(deadline().is_ok());
        assert_eq!(occupants(&pool("closing").unwrap()), []);
    });
}

/// The time of a call in the queue is measured as waiting, that of its body as running.
#[test]
fn times_are_those_of_the_calls() {
    static SITE: Site = Site::new("timed", module_path!(), file!(), line!());
    const SPUN: Duration = Duration::from_millis(3);
    let spin = || {
        let begun = Instant::now();
        while begun.elapsed() < SPUN {}
    };
    in_time(move || {
        let on = p::on(Arc::new(Pool::new("timed").threads(1)));
        let (gate, key) = gate();
        let begun = Instant::now();
        let first: Offload<()> = p::call0(&SITE, on.clone(), move || gate.pass()).start();
        key.await_body();
        let first_waited = begun.elapsed();
        let second: Offload<()> = p::call0(&SITE, on, || ()).start();
        spin();
        let opened = Instant::now();
        key.open();
        drive(first);
        drive(second);
        let second_ran = opened.elapsed();
        let (timed, whole) = (function("moments::timed").unwrap(), begun.elapsed());
        let of_pool = pool("timed").unwrap();
        assert_eq!((&timed.wait, &timed.run), (&of_pool.wait, &of_pool.run));
        // The first ran for long, the second waited for long. Buckets are 1/16 wide.
        for (times, short) in [(&timed.wait, first_waited), (&timed.run, second_ran)] {
            assert_eq!(times.count(), 2);
            let longest = times.max().unwrap();
            assert!(longest >= SPUN && longest <= whole * 17 / 16);
            assert!(times.min().unwrap() <= short);
        }
    });
}
