//! The span of a call: what it is called, what it says, when it is there.

use std::{collections::BTreeMap, time::Instant};

use offload_observability::{Heard, Kind, Log, everywhere, own_thread};
use offload_tests::{Shelf, drive, gate, in_time, run_on};
use tokio_offload::{
    __private::{self as p, Site},
    Error, Pool, offload,
};
use tracing::{Instrument as _, Level, dispatcher::set_default, info, info_span};

static POOL: Pool = Pool::new("observed").threads(1);

#[offload(pool = POOL)]
fn body(work: fn()) {
    work();
}

const FUNCTION: &str = "context::call_span::body";

/// The one span of a call that is gone.
fn one(log: &Log) -> Heard {
    let mut closed = log.closed("call");
    assert_eq!(closed.len(), 1, "{closed:?}");
    closed.remove(0)
}

fn micros(fields: &BTreeMap<&'static str, String>, name: &str) -> u128 {
    fields[name].parse().unwrap()
}

/// Name, target, level, parent and all fields, by the time `.await` returns.
#[test]
fn the_call_span_has_the_outcome() {
    in_time(|| {
        for (work, outcome) in [(crunch as fn(), "done"), (fail, "panicked")] {
            let (log, subscriber) = Log::new(Level::DEBUG);
            let _default = set_default(&subscriber);
            let begun = Instant::now();
            let call = body(work).outcome().instrument(info_span!("around"));
            assert_eq!(drive(call).is_ok(), outcome == "done");
            let call = one(&log);
            let whole = begun.elapsed().as_micros();
            assert_eq!(call.path, "around/call");
            assert_eq!((call.target, call.level), ("tokio_offload", Level::DEBUG));
            let names: Vec<_> = call.fields.keys().copied().collect();
            assert_eq!(names, ["function", "outcome", "pool", "run_us", "wait_us"]);
            assert_eq!(call.fields["function"], FUNCTION);
            assert_eq!(call.fields["pool"], "observed");
            assert_eq!(call.fields["outcome"], outcome);
            let (wait, run) = (
                micros(&call.fields, "wait_us"),
                micros(&call.fields, "run_us"),
            );
            assert!(run >= CRUNCH && wait + run <= whole, "{call:?} in {whole}");
        }
    });
}

/// How long the body takes at least, in microseconds.
const CRUNCH: u128 = 2000;

fn crunch() {
    let begun = Instant::now();
    while begun.elapsed().as_micros() <= CRUNCH {}
}

fn fail() {
    crunch();
    panic!("on purpose");
}

/// The time in the queue is not that of the body.
#[test]
fn the_call_span_has_the_times_of_waiting_and_running() {
    in_time(|| {
        let pool = Pool::new("waiting").threads(1);
        let (gate, key) = gate();
        let held = pool.run(move || gate.pass()).start();
        key.await_body();
        let (log, subscriber) = Log::new(Level::DEBUG);
        let _default = set_default(&subscriber);
        let call = pool.run(|| ()).start();
        let queued = Instant::now();
        crunch();
        let waited = queued.elapsed().as_micros();
        let opened = Instant::now();
        key.open();
        drive(held);
        drive(call);
        let rest = opened.elapsed().as_micros();
        let call = one(&log);
        assert!(micros(&call.fields, "wait_us") >= waited, "{call:?}");
        assert!(micros(&call.fields, "run_us") <= rest, "{call:?}");
    });
}

/// A call that ends before its body began says so when the thread comes to it.
#[test]
fn calls_that_never_ran_have_a_call_span() {
    in_time(|| {
        for how in ["cancel", "drop", "shutdown"] {
            let pool = Pool::new("ended").threads(1);
            let (gate, key) = gate();
            let held = pool.run(move || gate.pass()).start();
            key.await_body();
            let (log, subscriber) = Log::new(Level::DEBUG);
            let _default = set_default(&subscriber);
            let call = pool.run(|| unreachable!()).start();
            match how {
                "cancel" => {
                    call.cancel();
                    assert!(matches!(drive(call.outcome()), Err(Error::Cancelled)));
                }
                "drop" => drop(call),
                _ => pool.shutdown(),
            }
            key.open();
            drive(held);
            drive(pool.idle());
            let call = one(&log);
            let outcome = match how {
                "shutdown" => "refused",
                _ => "cancelled",
            };
            assert_eq!(call.fields["outcome"], outcome, "{how}");
            assert!(!call.fields.contains_key("run_us"));
            assert!(!log.span("call").contains(&Kind::Enter));
        }
    });
}

/// Nor is the span left open when the executor, or the lack of one, ends the call.
#[test]
fn refused_calls_have_a_call_span() {
    in_time(|| {
        let (log, subscriber) = Log::new(Level::DEBUG);
        let _default = set_default(&subscriber);
        let shelf = Shelf::default();
        let call = run_on(&shelf, || ()).start();
        drop(shelf.take());
        assert!(matches!(drive(call.outcome()), Err(Error::Shutdown)));
        assert_eq!(one(&log).fields["outcome"], "refused");
        let alone = drive(tokio_offload::run(|| ()).outcome());
        assert!(matches!(alone, Err(Error::NoRuntime)));
        assert_eq!(log.closed("call")[1].fields["outcome"], "refused");
        let full = Pool::new("full").threads(1).queue_capacity(0);
        let (gate, key) = gate();
        let held = full.run(move || gate.pass()).start();
        key.await_body();
        drop(full.run(|| ()).try_start().unwrap_err());
        key.open();
        drive(held);
        let closed = log.closed("call");
        let outcomes: Vec<_> = closed.iter().map(|call| &call.fields["outcome"]).collect();
        assert_eq!(outcomes[2..], ["refused", "done"]);
    });
}

/// Where nobody listens at that level there is no such span, and events are in the caller's own.
#[test]
fn the_call_span_is_off_at_level_info() {
    let (log, subscriber) = Log::new(Level::INFO);
    let _default = set_default(&subscriber);
    drive(body(|| info!("said")).instrument(info_span!("around")));
    assert_eq!(log.events(), [("said".into(), "around".into())]);
    assert_eq!(log.span("call"), []);
}

/// Every pool by its name; where there is none, no pool.
#[test]
fn the_call_span_names_the_pool() {
    in_time(|| {
        for place in everywhere() {
            let (log, subscriber) = Log::new(Level::DEBUG);
            let _default = set_default(&subscriber);
            let pool = place
                .runtime
                .block_on(place.run(tokio_offload::current_pool));
            assert_eq!(one(&log).fields.get("pool").map(String::as_str), pool);
            assert_eq!(pool.is_none(), ["inline", "own"].contains(&place.name));
        }
    });
}

/// Without a caller's span it stands alone; in a body it stands below the one around.
#[test]
fn the_call_span_is_inside_the_span_of_the_start() {
    static SITE: Site = Site::new("outer", module_path!(), file!(), line!());
    in_time(|| {
        let (log, subscriber) = Log::new(Level::DEBUG);
        let _default = set_default(&subscriber);
        let inner = || tokio_offload::block_on(body(|| ())).unwrap_err();
        let on = p::on(std::sync::Arc::new(own_thread()));
        let refused = drive(p::call0(&SITE, on, inner));
        // An executor of one's own has no runtime to wait on.
        assert!(matches!(refused, Error::NoRuntime));
        let runtime = offload_tests::current_thread();
        let outer = tokio_offload::run(|| tokio_offload::block_on(body(|| ())).unwrap());
        runtime.block_on(outer);
        let paths: Vec<_> = log
            .closed("call")
            .into_iter()
            .map(|call| call.path)
            .collect();
        assert_eq!(paths, ["call", "call/call", "call"]);
    });
}
