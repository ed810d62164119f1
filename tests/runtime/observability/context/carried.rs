//! X2, X3, R9: registered values come along by copy, one way, to the body and nowhere else.

use std::{
    sync::{Arc, atomic::Ordering::SeqCst},
    thread,
};

use offload_observability::{Place, everywhere};
use offload_tests::{Seed, drive, gate, in_time, multi_thread};
use tokio_offload::{Offload, Pool, block_on, run};

use super::registered::{
    COUNT, Count, FAULT, Fault, HELD, LOCALE, PRIVATE, TENANT, locale, register, tenant,
};

/// A call that tells its tenant.
fn ask(place: &Place) -> Offload<Option<String>> {
    place.run(tenant)
}

/// Runs `f` with a tenant set.
fn as_tenant<R>(name: &str, f: impl FnOnce() -> R) -> R {
    TENANT.sync_scope(name.to_owned(), f)
}

/// However a call is started, and wherever it runs.
#[test]
fn a_carried_value_is_there_in_the_body() {
    register();
    in_time(|| {
        for place in everywhere() {
            let inside = async { ask(&place).await };
            let scope = TENANT.scope("acme".into(), inside);
            assert_eq!(place.runtime.block_on(scope).as_deref(), Some("acme"));
            // A call is a future like any other.
            let scope = TENANT.scope("bolt".into(), ask(&place));
            assert_eq!(place.runtime.block_on(scope).as_deref(), Some("bolt"));
            let _runtime = place.runtime.enter();
            let started = as_tenant("cog", || ask(&place).start());
            assert_eq!(drive(started).as_deref(), Some("cog"));
            let tried = as_tenant("dyn", || ask(&place).try_start().unwrap());
            assert_eq!(drive(tried).as_deref(), Some("dyn"), "{}", place.name);
        }
    });
}

/// Also of a call that nobody waits for.
#[test]
fn a_carried_value_is_there_in_a_detached_call() {
    register();
    in_time(|| {
        for place in everywhere() {
            let _runtime = place.runtime.enter();
            let (tell, heard) = std::sync::mpsc::channel();
            let call = place.run(move || tell.send(tenant()).unwrap());
            as_tenant("acme", || call.detach());
            assert_eq!(heard.recv().unwrap().as_deref(), Some("acme"));
        }
    });
}

/// What is not set where a call is started comes from where it was made; each value by itself.
#[test]
fn a_value_that_is_missing_at_the_start_is_that_of_the_place_where_the_call_was_made() {
    register();
    in_time(|| {
        let both = || (tenant(), locale());
        let runtime = multi_thread();
        for place in everywhere() {
            let made = || as_tenant("made", || place.run(both));
            assert_eq!(place.runtime.block_on(made()), (Some("made".into()), None));
            let started = LOCALE.scope(Some("de"), made());
            let started = place.runtime.block_on(started);
            assert_eq!(started, (Some("made".into()), Some("de")));
            let again = TENANT.scope("started".into(), made());
            let again = place.runtime.block_on(again);
            assert_eq!(again.0.as_deref(), Some("started"));
            let spawned = runtime.block_on(runtime.spawn(made()));
            assert_eq!(spawned.unwrap().0.as_deref(), Some("made"));
        }
    });
}

/// What is not set stays unset; what was set for the body before is not there for the next one.
#[test]
fn no_carried_value_stays_for_the_next_body() {
    register();
    in_time(|| {
        for place in everywhere() {
            let _runtime = place.runtime.enter();
            let bodies: [fn() -> Option<String>; 2] = [tenant, || panic!("on purpose")];
            for body in bodies {
                assert_eq!(drive(ask(&place)), None);
                let call = as_tenant("acme", || place.run(body).start());
                let _ = drive(call.outcome());
                assert_eq!(drive(ask(&place)), None, "{}", place.name);
            }
        }
    });
}

/// What is declared but not registered stays with the caller.
#[test]
fn what_is_not_registered_is_not_carried() {
    register();
    in_time(|| {
        for place in everywhere() {
            let ask = place.run(|| PRIVATE.try_with(|_| ()).is_ok());
            let seen = place.runtime.block_on(PRIVATE.scope(7, ask));
            // On the thread of the caller it is there anyway.
            assert_eq!(seen, place.name == "inline", "{}", place.name);
        }
    });
}

/// X2: the body has a copy of its own.
#[test]
fn changes_do_not_flow_back() {
    register();
    in_time(|| {
        for place in everywhere() {
            let count = || COUNT.with(|count| count.0.fetch_add(1, SeqCst));
            let rounds = async {
                let first = (place.run(count).await, place.run(count).await);
                count();
                (first, place.run(count).await, count())
            };
            let counted = place
                .runtime
                .block_on(COUNT.scope(Count::default(), rounds));
            assert_eq!(counted, ((0, 0), 1, 1), "{}", place.name);
        }
    });
}

/// R9: the copy is gone before the caller sees the result, however the body ended.
#[test]
fn the_copy_is_gone_before_the_result_is_seen() {
    register();
    in_time(|| {
        for place in everywhere() {
            for fails in [false, true] {
                let held = Arc::new(());
                let call = place.run(move || assert!(!fails, "on purpose"));
                let scope = HELD.scope(Arc::clone(&held), async {
                    // What is seen inside the scope is the caller's own.
                    let ended = call.outcome().await;
                    (ended.is_ok(), HELD.with(Arc::strong_count))
                });
                let seen = place.runtime.block_on(scope);
                assert_eq!(seen, (!fails, 2), "{}", place.name);
                assert_eq!(Arc::strong_count(&held), 1);
            }
        }
    });
}

/// The copies of calls that never ran are gone when their place in the queue is.
#[test]
fn copies_of_calls_that_never_ran_are_dropped() {
    register();
    in_time(|| {
        let pool = Pool::new("never").threads(1).queue_capacity(2);
        let (gate, key) = gate();
        let occupied = pool.run(move || gate.pass()).start();
        key.await_body();
        let held = Arc::new(());
        HELD.sync_scope(Arc::clone(&held), || {
            let never = || pool.run(|| unreachable!());
            let cancelled = never().start();
            cancelled.cancel();
            drop((cancelled, never().start()));
            let waits = pool.run(|| ()).start();
            waits.detach();
            pool.run(|| ()).detach();
            drop(never().try_start().unwrap_err());
        });
        key.open();
        drive(occupied);
        drive(pool.idle());
        assert_eq!(Arc::strong_count(&held), 1);
    });
}

/// From a body to the calls it makes, which see what the body has set.
#[test]
fn values_go_on_through_bodies() {
    register();
    in_time(|| {
        for place in everywhere() {
            if !place.waits() {
                continue;
            }
            let nested = place.run(|| {
                let inherited = block_on(run(tenant))?;
                let own = as_tenant("own", || block_on(run(tenant)))?;
                block_on(run(tenant)).map(|after| [inherited, own, after].map(Option::unwrap))
            });
            let scope = TENANT.scope("acme".into(), nested);
            let seen = place.runtime.block_on(scope);
            assert_eq!(seen.unwrap(), ["acme", "own", "acme"], "{}", place.name);
        }
    });
}

/// A carry that panics loses its own value, not those of others, and the body runs.
#[test]
fn a_carry_that_panics_loses_its_own_value_only() {
    register();
    in_time(|| {
        for place in everywhere() {
            let _runtime = place.runtime.enter();
            for fault in Fault::ALL {
                FAULT.set(Some(fault));
                let call = LOCALE.sync_scope(Some("de"), || {
                    as_tenant("acme", || place.run(|| (tenant(), locale())).start())
                });
                FAULT.set(None);
                let seen = drive(call);
                let all = (Some("acme".into()), Some("de"));
                assert_eq!(seen, all, "{fault:?} in {}", place.name);
                assert_eq!(drive(ask(&place)), None);
            }
        }
    });
}

/// Nor do those of a call that was made there and is started elsewhere, or never.
#[test]
fn carries_that_panic_where_a_call_was_made_lose_their_own_values_only() {
    register();
    in_time(|| {
        for place in everywhere() {
            let _runtime = place.runtime.enter();
            for fault in Fault::ALL {
                FAULT.set(Some(fault));
                let make = || as_tenant("acme", || place.run(tenant));
                let [started, polled, dropped, detached] = [make(), make(), make(), make()];
                FAULT.set(None);
                drop(dropped);
                detached.detach();
                let tenants = (drive(started.start()), drive(polled));
                let all = (Some("acme".into()), Some("acme".into()));
                assert_eq!(tenants, all, "{fault:?} in {}", place.name);
            }
        }
    });
}

/// X3: many rounds of two callers that share one thread.
#[test]
fn interleaved_callers_do_not_see_each_other() {
    register();
    in_time(|| {
        for place in everywhere() {
            thread::scope(|scope| {
                for caller in ["left", "right", ""] {
                    let place = &place;
                    scope.spawn(move || converse(place, caller));
                }
            });
        }
    });
}

fn converse(place: &Place, caller: &str) {
    let _runtime = place.runtime.enter();
    let mut seed = Seed::new(caller.len() as u64 + 1);
    for _ in 0..300 {
        if caller.is_empty() {
            assert_eq!(drive(ask(place)), None, "{}", place.name);
        } else {
            let call = as_tenant(caller, || ask(place).start());
            assert_eq!(drive(call).as_deref(), Some(caller), "{}", place.name);
        }
        seed.dawdle();
    }
}
