//! X1, X3: the events of a body appear under the span of its caller, however and wherever it runs, and nobody else's do.

use std::thread;

use offload_observability::{Kind, Log, Place, everywhere};
use offload_tests::{Seed, drive, gate, in_time, multi_thread};
use tokio_offload::{Offload, Pool, block_on, run};
use tracing::{
    Dispatch, Instrument as _, Level, Span, dispatcher::with_default, info, info_span,
    subscriber::NoSubscriber,
};

/// A call whose body says `what`.
fn say(place: &Place, what: &'static str) -> Offload<()> {
    place.run(move || info!("{what}"))
}

fn event(message: &str, path: &str) -> (String, String) {
    (message.to_owned(), path.to_owned())
}

/// Awaited in the span, and with the span attached; started in it and awaited outside; made in it and awaited by a task.
#[test]
fn a_body_is_in_the_span_of_its_caller() {
    in_time(|| {
        for place in everywhere() {
            let (log, subscriber) = Log::new(Level::INFO);
            let _default = tracing::dispatcher::set_default(&subscriber);
            place.runtime.block_on(async {
                let entered = info_span!("around").entered();
                let started = say(&place, "started").start();
                let made = say(&place, "made");
                let tried = say(&place, "tried").try_start().unwrap();
                say(&place, "detached").detach();
                drop(entered);
                started.await;
                tried.await;
                say(&place, "awaited").instrument(info_span!("with")).await;
                async { say(&place, "within").await }
                    .instrument(info_span!("block"))
                    .await;
                tokio::spawn(made).await.unwrap();
                say(&place, "alone").await;
            });
            let mut events = log.events();
            events.sort();
            let expected = [
                event("alone", ""),
                event("awaited", "with"),
                event("detached", "around"),
                event("made", "around"),
                event("started", "around"),
                event("tried", "around"),
                event("within", "block"),
            ];
            assert_eq!(events, expected, "{}", place.name);
        }
    });
}

/// The calls that had no span of their own where they were made are in the one where they are started.
#[test]
fn the_span_of_the_start_counts_more_than_that_where_the_call_was_made() {
    for place in everywhere() {
        let (log, subscriber) = Log::new(Level::INFO);
        let _default = tracing::dispatcher::set_default(&subscriber);
        let call = info_span!("made").in_scope(|| say(&place, "both"));
        place
            .runtime
            .block_on(call.instrument(info_span!("started")));
        assert_eq!(log.events(), [event("both", "started")], "{}", place.name);
    }
}

/// On workers that know no subscriber, what was there where the call was made is all there is.
#[test]
fn a_spawned_call_is_in_the_span_it_was_made_in() {
    in_time(|| {
        let runtime = multi_thread();
        for place in everywhere() {
            let (log, subscriber) = Log::new(Level::INFO);
            let task = with_default(&subscriber, || {
                let call = info_span!("around").in_scope(|| say(&place, "spawned"));
                runtime.spawn(call)
            });
            runtime.block_on(task).unwrap();
            assert_eq!(log.events(), [event("spawned", "around")]);
        }
    });
}

/// A call that was refused goes with the span in which it was started in the end.
#[test]
fn a_refused_call_is_in_the_span_of_its_later_start() {
    in_time(|| {
        let (log, subscriber) = Log::new(Level::INFO);
        let _default = tracing::dispatcher::set_default(&subscriber);
        let pool = Pool::new("full").threads(1).queue_capacity(0);
        let (gate, key) = gate();
        let held = pool.run(move || gate.pass()).start();
        key.await_body();
        let call = info_span!("made").in_scope(|| pool.run(|| info!("late")));
        let refused = info_span!("refused").in_scope(|| call.try_start().unwrap_err());
        key.open();
        drive(held);
        drive(refused.into_call().instrument(info_span!("accepted")));
        assert_eq!(log.events(), [event("late", "accepted")]);
        // Nothing keeps the spans it left behind.
        let gone = ["made", "refused", "accepted"];
        assert!(gone.iter().all(|name| log.closed(name).len() == 1));
    });
}

/// From a body through `block_on`, on another thread or on the very same one.
#[test]
fn nested_calls_are_in_the_spans_of_the_bodies_that_wait() {
    in_time(|| {
        for place in everywhere() {
            let (log, subscriber) = Log::new(Level::INFO);
            let _default = tracing::dispatcher::set_default(&subscriber);
            let outer = place.run(|| {
                let _body = info_span!("body").entered();
                block_on(run(|| info!("inner"))).map(|()| info!("outer"))
            });
            let waited = place
                .runtime
                .block_on(outer.instrument(info_span!("around")));
            if waited.is_ok() {
                let expected = [event("inner", "around/body"), event("outer", "around/body")];
                assert_eq!(log.events(), expected, "{}", place.name);
            }
            assert_eq!(waited.is_ok(), place.waits());
        }
    });
}

/// What a body finds on its thread.
fn found() -> (bool, bool) {
    let nobody = |subscriber: &Dispatch| subscriber.is::<NoSubscriber>();
    (
        Span::current().is_none(),
        tracing::dispatcher::get_default(nobody),
    )
}

/// Not after the body, whether it returned, panicked or left a span of its own entered.
#[test]
fn no_span_stays_on_the_thread() {
    in_time(|| {
        for place in everywhere() {
            let (_log, subscriber) = Log::new(Level::TRACE);
            let bodies: [fn(); 3] = [
                || info!("returns"),
                || panic!("on purpose"),
                || info_span!("inner").in_scope(|| panic!("on purpose")),
            ];
            for body in bodies {
                let call = with_default(&subscriber, || {
                    info_span!("around").in_scope(|| place.run(body))
                });
                let seen = with_default(&subscriber, || place.runtime.block_on(place.run(found)));
                assert_eq!(seen, (false, false), "the log is heard in {}", place.name);
                let _ = place.runtime.block_on(call.outcome());
                let seen = place.runtime.block_on(place.run(found));
                assert_eq!(seen, (true, true), "{}", place.name);
            }
        }
    });
}

/// Without any subscriber a call takes nothing along, and the thread keeps what its own code set up.
#[test]
fn a_thread_has_its_own_subscriber_back() {
    let (log, of_thread) = Log::new(Level::INFO);
    let (_, of_caller) = Log::new(Level::INFO);
    let place = everywhere().remove(6);
    assert_eq!(place.name, "inline");
    let call = with_default(&of_caller, || {
        info_span!("around").in_scope(|| place.run(|| ()))
    });
    with_default(&of_thread, || {
        drive(call);
        info!("after");
    });
    assert_eq!(log.events(), [event("after", "")]);
}

/// X3: many rounds of two callers that share one thread; what is said in one body is heard by its caller only.
#[test]
fn interleaved_callers_do_not_see_each_other() {
    in_time(|| {
        for place in everywhere()
            .into_iter()
            .filter(|place| place.name != "inline")
        {
            thread::scope(|scope| {
                for caller in ["left", "right"] {
                    let place = &place;
                    scope.spawn(move || converse(place, caller));
                }
            });
        }
    });
}

fn converse(place: &Place, caller: &'static str) {
    const ROUNDS: usize = 300;
    let (log, subscriber) = Log::new(Level::INFO);
    let _runtime = place.runtime.enter();
    let _default = tracing::dispatcher::set_default(&subscriber);
    let mut seed = Seed::new(caller.len() as u64);
    for _ in 0..ROUNDS {
        let span = if caller == "left" {
            info_span!("left")
        } else {
            info_span!("right")
        };
        drive(place.run(move || info!("{caller}")).instrument(span));
        seed.dawdle();
    }
    let events = log.events();
    assert_eq!(events.len(), ROUNDS, "{}", place.name);
    assert!(events.iter().all(|said| *said == event(caller, caller)));
    assert_eq!(
        log.span(caller)
            .iter()
            .filter(|kind| **kind == Kind::Close)
            .count(),
        ROUNDS
    );
}
