//! X1, P3: the subscriber of a caller: left before the caller learns of the end, and no danger to the thread.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, mpsc},
    task::{Context, Poll, Wake, Waker},
    thread::{self, ThreadId},
};

use offload_observability::{Kind, Log, everywhere};
use offload_tests::{drive, gate, in_time};
use tokio_offload::Pool;
use tracing::{
    Dispatch, Event, Level, Metadata, Subscriber,
    dispatcher::{set_default, with_default},
    info, info_span,
    span::{Attributes, Id, Record},
};

/// Says what the log has when it is woken.
struct Look {
    log: Log,
    seen: Mutex<mpsc::Sender<(Vec<Kind>, Vec<Kind>)>>,
}

impl Wake for Look {
    fn wake(self: Arc<Self>) {
        let seen = (self.log.span("around"), self.log.span("call"));
        self.seen.lock().unwrap().send(seen).unwrap();
    }
}

/// By the time the caller is woken the span of the call is left and closed: what the caller then reports is complete.
#[test]
fn the_span_is_closed_before_the_caller_is_woken() {
    in_time(|| {
        for place in everywhere() {
            if place.name == "inline" {
                continue;
            }
            let (log, subscriber) = Log::new(Level::DEBUG);
            let _runtime = place.runtime.enter();
            let _default = set_default(&subscriber);
            let (gate, key) = gate();
            let (tell, woken) = mpsc::channel();
            let look = Look {
                log,
                seen: Mutex::new(tell),
            };
            let waker = Waker::from(Arc::new(look));
            let around = info_span!("around");
            let mut call = around.in_scope(|| place.run(move || gate.pass()));
            let poll = Pin::new(&mut call).poll(&mut Context::from_waker(&waker));
            assert_eq!(poll, Poll::Pending);
            drop(around);
            key.await_body();
            key.open();
            let seen = woken.recv().unwrap();
            let around = vec![Kind::New, Kind::Enter, Kind::Exit, Kind::Close];
            let call = vec![Kind::New, Kind::Enter, Kind::Exit, Kind::Close];
            assert_eq!(seen, (around, call), "{}", place.name);
        }
    });
}

/// The scoped subscriber of the caller hears the body; that of another caller does not, nor does it hear more than its own.
#[test]
fn a_scoped_subscriber_is_in_force_in_the_body_alone() {
    in_time(|| {
        for place in everywhere() {
            let logs = [Log::new(Level::INFO), Log::new(Level::INFO)];
            for (n, (_, subscriber)) in logs.iter().enumerate() {
                // No span at all, so that nothing but the subscriber comes along.
                with_default(subscriber, || {
                    place.runtime.block_on(place.run(move || info!("{n}")));
                });
                place.runtime.block_on(place.run(|| info!("to nobody")));
            }
            for (n, (log, _)) in logs.iter().enumerate() {
                assert_eq!(log.events(), [(n.to_string(), String::new())]);
            }
        }
    });
}

/// Panics on every thread but one.
struct Faulty(ThreadId);

impl Faulty {
    fn fail(&self) {
        assert_eq!(thread::current().id(), self.0, "a faulty subscriber");
    }
}

impl Subscriber for Faulty {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    /// Also on the caller's thread, where the call is on its way by then.
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        assert_ne!(span.metadata().name(), "call", "a faulty subscriber");
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {
        self.fail();
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {
        self.fail();
    }

    fn exit(&self, _: &Id) {}
}

/// P3: bodies run, calls end and threads live whatever a subscriber does.
#[test]
fn a_subscriber_that_panics_ends_no_call_and_no_thread() {
    in_time(|| {
        let here = Faulty(thread::current().id());
        all_is_done_under(&Dispatch::new(here));
    });
}

fn all_is_done_under(faulty: &Dispatch) {
    let pool = Pool::new("faulty").threads(1);
    for n in 0..20 {
        let call = with_default(faulty, || {
            info_span!("around").in_scope(|| pool.run(move || n).start())
        });
        assert_eq!(drive(call), n);
    }
    drive(pool.idle());
    assert_eq!((pool.stats().done, pool.stats().running), (20, 0));
    assert_eq!(drive(pool.run(|| 7)), 7);
}

/// Panics on every thread but one, also as a span is closed.
struct FaultyAtTheEnd(Faulty);

impl Subscriber for FaultyAtTheEnd {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {
        self.0.fail();
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    fn try_close(&self, _: Id) -> bool {
        self.0.fail();
        true
    }
}

/// P3: of two panics at once the second would end the program.
#[test]
fn a_subscriber_that_panics_at_each_step_of_the_end_ends_no_program() {
    in_time(|| {
        let here = Faulty(thread::current().id());
        all_is_done_under(&Dispatch::new(FaultyAtTheEnd(here)));
    });
}
