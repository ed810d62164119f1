//! Bodies that run on the thread of a body which waits for them, or beyond the limit: they take no thread that is free.

use std::sync::Arc;

use offload_tests::{Key, drive, gate, in_time, multi_thread};
use tokio::sync::oneshot;
use tokio_offload::{Offload, Pool, block_on};

use super::kit::{Crowd, Peak, kinds};

/// A body that waits for a call of its own full pool, which runs in its place until the key is used.
fn in_place(pool: &Arc<Pool>, peak: &Peak) -> (Offload<()>, Key) {
    let (gate, key) = gate();
    let (inner, peak) = (Arc::clone(pool), peak.clone());
    let nested = move || block_on(inner.run(move || peak.within(|| gate.pass()))).unwrap();
    let call = pool.run(nested).start();
    (call, key)
}

/// L7: a call that will not wait gets the thread that is free, though as many bodies run as there are threads.
#[test]
fn a_call_that_will_not_wait_gets_the_free_thread_beside_a_body_in_place() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(2).map(|pool| Arc::new(pool.queue_capacity(0))) {
            let peak = Peak::default();
            let mut crowd = Crowd::hold(&pool, 1);
            let (waits, key) = in_place(&pool, &peak);
            key.await_body();
            assert!(pool.run(|| ()).try_start().is_err(), "both are taken");
            crowd.release_one();
            assert_eq!(pool.stats().running, 2);
            let (last, inside) = (Crowd::hold_tried(&pool), peak.clone());
            assert!(pool.run(|| ()).try_start().is_err(), "again both are");
            inside.within(|| last.release());
            key.open();
            drive(waits);
            assert_eq!(peak.highest(), 2);
            drive(pool.idle());
        }
    });
}

/// L7: nor does it get the thread of the body that waits.
#[test]
fn a_body_in_place_leaves_no_thread_free_that_is_not() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1).map(|pool| Arc::new(pool.queue_capacity(1))) {
            let (waits, key) = in_place(&pool, &Peak::default());
            key.await_body();
            let next = pool.run(|| 5).try_start().unwrap();
            assert!(pool.run(|| ()).try_start().is_err());
            key.open();
            drive(waits);
            assert_eq!(drive(next), 5);
        }
    });
}

/// L7: the same with a call that has a spare thread, since all bodies wait for something that is not known.
#[test]
fn a_call_that_will_not_wait_gets_the_free_thread_beside_a_spare_one() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(2).map(|pool| Arc::new(pool.queue_capacity(0))) {
            let waits = || {
                let (tell, told) = oneshot::channel::<()>();
                let (gate, key) = gate();
                let waits = pool.run(move || {
                    gate.pass();
                    block_on(told).unwrap().unwrap();
                });
                let waits = waits.start();
                key.await_body();
                key.open();
                (waits, tell)
            };
            let (first, second) = (waits(), waits());
            let (gate, key) = gate();
            let spare = pool.run(move || gate.pass()).start();
            key.await_body();
            assert!(pool.run(|| ()).try_start().is_err(), "both wait");
            first.1.send(()).unwrap();
            drive(first.0);
            assert_eq!(drive(pool.run(|| 4).try_start().unwrap()), 4);
            second.1.send(()).unwrap();
            drive(second.0);
            key.open();
            drive(spare);
        }
    });
}
